// What a request needs of the rest of the program.
import type { Caller } from '../../engine/access/index.js';
import type { Catalog } from '../../engine/catalog/index.js';
import type { Origin, RecordRooms } from '../../engine/records/index.js';
import type { ApiSettings } from '../../foundation/config/project-config.js';
import { type Clock, systemClock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import { createPreparedQueries } from '../../foundation/postgres/prepared-query.js';
import { apiError } from './api-errors.js';
import type { BatchRooms, BatchService } from './batch/batch-rooms.js';
import { type AccessGate, type BrowserGate, createGate } from './limits/caller-gate.js';
import { createRateLimit } from './limits/rate-limit.js';
import { NOTHING_OWN, type OwnRooms } from './own/own-services.js';
import type { RawRequest } from './request/api-request.js';
import { toReference } from './resources/resource-text.js';
import type { UploadRooms } from './uploads/upload-rooms.js';

export type { AccessGate } from './limits/caller-gate.js';

export interface ApiServices {
  header(raw: RawRequest, name: string): string | undefined;
  /** Throws API-103 (401), API-116 (429) after many failures from one address, and API-118 (403). */
  authenticate(raw: RawRequest): Promise<Caller>;
  /** Counts a request of the caller: headers for the answer. Throws API-116 (429). */
  count(caller: Caller): Readonly<Record<string, string>>;
  /** Of browsers' programs that may read answers. */
  readonly origins: ReadonlySet<string>;
  catalogFor(caller: Caller): Promise<Catalog>;
  readonly own: OwnRooms;
  /** Absent: no files are taken. */
  readonly uploads?: UploadRooms;
  locate(raw: RawRequest): Place;
  /** `gone`: aborted when nobody waits any more; the statement then ends. Throws API-204. */
  read<R extends object>(
    sql: string,
    parameters: readonly string[],
    gone?: AbortSignal,
  ): Promise<readonly R[]>;
  /** Throws API-111 (503) where too many requests wait for the database already. */
  checkRoom(): void;
  readonly records: RecordRooms;
  /** What makes fingerprints of requests that can't be guessed from. */
  readonly fingerprintKey: Buffer;
  readonly batches?: BatchService;
  /** Told of everything that is answered with an error. */
  onError(error: unknown, raw: RawRequest): void;
}

/** Where a request leads. */
export interface Place {
  /** Where the API lies on the server: `/api`. */
  readonly root: string;
  /** The same, as links name it. */
  readonly base: string;
  /** The address that was asked, as links name it. */
  readonly self: string;
  /** What follows the root, without query. */
  readonly path: string;
  readonly query: string;
}

export interface ApiServicesOptions {
  /** Its statements end after the time that a request has. */
  readonly database: Database;
  readonly readCatalog: () => Promise<Catalog>;
  readonly access: AccessGate;
  /** Whom a browser's cookie stands for. Default: no cookie counts. */
  readonly browser?: BrowserGate;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** For what is Dovetail's own. Absent: there is no such thing here. */
  readonly own?: OwnRooms;
  readonly base: string;
  /** The same after a restart and in every process, so that a request that is sent again is known. */
  readonly fingerprintKey: Buffer;
  readonly settings?: ApiSettings;
  /** Default: no batches are taken. */
  readonly batches?: BatchRooms;
  /** Milliseconds; a monotonic clock. */
  readonly now: () => number;
  readonly onError: (error: unknown, raw: RawRequest) => void;
}

/** Requests of one caller, where the configuration doesn't say: five hundred a second, which stops a loop gone wild and no honest work. */
const RATE_LIMIT = { requests: 30_000, seconds: 60 };

/** Bytes of a batch, where the configuration doesn't say. */
const BATCH_BYTES = 1 << 30;
/** Of all records of one answer: a thousand records of a megabyte each would be more than a text in JavaScript holds. */
const MOST_BYTES = 64 << 20;

/** Whoever came after so many would wait longer than clients do. */
const MOST_WAITING = 200;

/** A changed schema is noticed within so many milliseconds. */
const CATALOG_AGE_MS = 1_000;

export function createApiServices(options: ApiServicesOptions): ApiServices {
  const { database, access, base, now, browser } = options;
  const statements = createPreparedQueries(database);
  const { origins = [], rateLimit = {} } = options.settings ?? {};
  const limit = createRateLimit({ ...RATE_LIMIT, ...rateLimit }, now);
  let known: { readonly at: number; readonly catalog: Promise<Catalog> } | undefined;

  function readCatalog(): Promise<Catalog> {
    if (known !== undefined && now() - known.at < CATALOG_AGE_MS) return known.catalog;
    const catalog = options.readCatalog();
    known = { at: now(), catalog };
    catalog.catch(() => {
      known = undefined;
    });
    return catalog;
  }

  async function readRows(sql: string, parameters: readonly string[], gone: AbortSignal | undefined) {
    try {
      return (await statements.read(sql, parameters, { gone, mostBytes: MOST_BYTES })).rows;
    } catch (error) {
      if ((error as { code?: string }).code !== 'POSTGRES-401') throw error;
      throw apiError(204, {
        detail: `The answer would be larger than ${MOST_BYTES >> 20} MB.`,
        hint: 'Ask for a smaller page[size], or for fewer fields.',
      });
    }
  }

  return {
    header: (raw, name) => {
      const value = raw.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    authenticate: createGate({
      access,
      clock: options.clock ?? systemClock,
      ...(browser === undefined ? {} : { browser }),
    }),
    count: ({ kind, id }) => limit.count(`${kind} ${id}`),
    origins: new Set(origins),
    fingerprintKey: options.fingerprintKey,
    catalogFor: async (caller) => access.catalogFor(caller, await readCatalog()),
    own: options.own ?? NOTHING_OWN,
    ...(options.own?.services.uploads === undefined ? {} : { uploads: options.own.services.uploads }),
    locate({ address, origin = '' }) {
      const [path = '', ...rest] = address.split('?');
      return {
        root: base,
        base: origin + base,
        self: origin + toReference(address),
        path: path.slice(base.length),
        query: rest.join('?'),
      };
    },
    read: (sql, parameters, gone) => readRows(sql, parameters, gone) as never,
    checkRoom() {
      if (database.pool.waitingCount < MOST_WAITING) return;
      throw apiError(111, {
        detail: 'Too many requests wait for the database already; nothing was changed.',
      });
    },
    records: { statements, transaction: (work) => database.transaction(work) },
    ...(options.batches === undefined
      ? {}
      : { batches: { rooms: options.batches, bytes: options.settings?.batchBytes ?? BATCH_BYTES } }),
    onError: options.onError,
  };
}

export const toOrigin = (caller: Caller, requestId: string): Origin => ({
  kind: caller.kind === 'user' ? 'user' : 'client',
  id: caller.id,
  correlationId: requestId,
});
