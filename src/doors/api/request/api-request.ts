// A request on its way: what the steps found out so far, and what they need.

import type { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import type { ResourceShapes } from '../../../engine/documents/index.js';
import type { RecordRooms } from '../../../engine/records/index.js';
import type { BatchService } from '../batch/batch-rooms.js';
import type { Json } from '../document/read-json.js';
import type { Applied } from './negotiate.js';

/** As it came. */
export interface RawRequest {
  readonly id: string;
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The address of the machine it came from. */
  readonly from?: string;
  /** Undefined without one. */
  readonly body: Buffer | undefined;
  /** In place of the body where that may be large: still to be read. */
  readonly stream?: Readable;
  /** Where clients see the server, as `https://shop.example.org`, by the word of a proxy that may say so; absent: links have none. */
  readonly origin?: string;
  /** Of a reading request: aborted when its client has gone. What writes is never cut off in the middle. */
  readonly gone?: AbortSignal;
}

export interface ApiRequest extends RawRequest {
  /** Where it was taken out of a larger one: instead of the body. */
  readonly document?: Json;
  /** Where the API lies: `/api`, or `https://shop.example.org/api`. */
  readonly base: string;
  /** The address, as links name it. */
  readonly self: string;
  /** What follows the base, without query. */
  readonly path: string;
  readonly query: string;
  /** Extensions and profiles. */
  readonly applied: Applied;
  /** The caller's own. */
  readonly catalog: Catalog;
  readonly shapes: ResourceShapes;
  readonly caller: Caller;
  /** Runs a reading statement, within the time that a request has. */
  read<R extends object>(sql: string, parameters: readonly string[]): Promise<readonly R[]>;
  /** What makes fingerprints of requests that can't be guessed from. */
  readonly fingerprintKey: Buffer;
  /** For writing. */
  readonly records: RecordRooms;
  /** For many records at once; absent where nobody imports them. */
  readonly batches?: BatchService;
}
