// An export: one statement, one snapshot, from PostgreSQL to a file or stream without ever holding more than a few blocks.
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Catalog } from '../../../engine/catalog/catalog.js';
import { formatsError } from '../../../engine/formats/formats-errors.js';
import type { FormatOptions, TableFormat } from '../../../engine/formats/table-format.js';
import type { Mapping } from '../../../engine/mapping/index.js';
import type { Filter, ReadRequest } from '../../../engine/records/read/index.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { literal } from '../../../foundation/postgres/sql-text.js';
import { CopyOut } from './copy-out.js';
import { toExportError } from './export-failure.js';
import { callAfterExport } from './export-hooks.js';
import { chooseLane, type ExportLane, type RowChange } from './export-lane.js';
import { type ExportTarget, openTarget } from './export-target.js';
import { planExport } from './plan-export.js';
import { pourInto } from './pour-into.js';

export interface ExportRequest {
  readonly catalog: Catalog;
  /** Which columns there are; `toExportMapping` makes one of an entity. */
  readonly mapping: Mapping;
  readonly filter?: Filter;
  readonly order?: ReadRequest['order'];
  /** Default: all records. */
  readonly limit?: number;
  readonly format: TableFormat;
  readonly options: FormatOptions;
  readonly target: ExportTarget;
  /** Default: true for a path that ends in `.gz`. */
  readonly gzip?: boolean;
  /** Name of a snapshot that another transaction holds and exported: the records are those of its moment. */
  readonly snapshot?: string;
  /** Sees every batch of rows before it is written, and may put others in their place. */
  readonly rows?: RowChange;
  /** Aborted: ends the statement too, and leaves no file. */
  readonly signal?: AbortSignal;
  /** Called for every block of some hundred kB. */
  readonly onProgress?: (progress: ExportProgress) => void;
}

export interface ExportProgress {
  readonly rows: number;
  /** Before compression. */
  readonly bytes: number;
}

export interface ExportResult extends ExportProgress {
  readonly entity: string;
  readonly columns: readonly string[];
  /** How the bytes were made: by PostgreSQL itself or by the format's writer. */
  readonly lane: ExportLane['kind'];
  /** False for tables and views without a key: their order may differ the next time. */
  readonly ordered: boolean;
  /** Absent for a stream. */
  readonly file?: string;
}

/**
 * Exports the records. All of them are of one moment, however long it takes. A file appears whole or not at all; on a
 * stream, which stays open, what was written stays. Throws CATALOG-…, MAPPING-…, READ-… and FORMATS-… before
 * anything is written, EXPORT-1xx for the target, 103 when aborted, 2xx for the database.
 */
export async function exportEntity(database: Database, request: ExportRequest): Promise<ExportResult> {
  const { signal, target } = request;
  refusePacking(request);
  const planned = await planExport(database, request);
  const { entity, header, plan } = planned;
  const lane = chooseLane(request.format, request.options, planned, request.rows);
  const opened = await openTarget(target);
  const copy = new CopyOut(lane.sql);
  // Whoever reads the stream gets the error; after that nobody listens, and the closing connection fails it once more.
  copy.on('error', () => {});
  let bytes = 0;

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of lane.toBytes(copy)) {
      const block = typeof part === 'string' ? Buffer.from(part) : part;
      if (block.length === 0) continue;
      bytes += block.length;
      yield block;
      request.onProgress?.({ rows: copy.rows, bytes });
    }
  }

  try {
    signal?.throwIfAborted();
    await inSnapshot(database, request, copy, async () => {
      const options = signal ? { signal } : {};
      const end = opened.ends ? opened.stream : pourInto(opened.stream);
      if (isZipped(request)) await pipeline(counted(), createGzip(), end, options);
      else await pipeline(counted(), end, options);
    });
    await opened.commit();
  } catch (cause) {
    await opened.discard();
    throw toExportError(request, entity, cause);
  }
  const file = 'path' in target ? { file: target.path } : {};
  await callAfterExport(entity, { entity: entity.name, rows: copy.rows, bytes, columns: header, ...file });
  return {
    entity: entity.name,
    rows: copy.rows,
    bytes,
    columns: header,
    lane: lane.kind,
    ordered: plan.ordered,
    ...file,
  };
}

/** Nobody could read such a file without unpacking it first, we neither. */
function refusePacking({ format, target, ...request }: ExportRequest): void {
  if (!format.randomAccess || !isZipped({ format, target, ...request })) return;
  throw formatsError(108, {
    detail: `A file of the format ${format.name} is read at many places, so it is not gzipped.`,
    hint: 'Leave the .gz out: the format packs its contents itself.',
  });
}

function isZipped({ gzip, target }: ExportRequest): boolean {
  return gzip ?? ('path' in target && target.path.toLowerCase().endsWith('.gz'));
}

// A slow reader at the other end is no reason for the server to give up.
const PATIENCE = 'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0';

async function inSnapshot(
  database: Database,
  { snapshot }: ExportRequest,
  copy: CopyOut,
  work: () => Promise<void>,
): Promise<void> {
  const client = await database.pool.connect();
  let failed = true;
  const onError = (): void => {};
  client.on('error', onError);
  try {
    await client.query('begin isolation level repeatable read, read only');
    // Before anything else in the transaction: else it has a moment of its own.
    if (snapshot !== undefined) await client.query(`set transaction snapshot ${literal(snapshot)}`);
    await client.query(PATIENCE);
    client.query(copy);
    await work();
    await client.query('commit');
    failed = false;
  } finally {
    client.off('error', onError);
    // In the middle of a COPY a connection can't be used again.
    if (failed) copy.destroy();
    client.release(failed);
    if (failed) await cancel(database, client);
  }
}

// The server notices a closed connection only when it next writes; a long sort would go on.
async function cancel(database: Database, client: Client): Promise<void> {
  const { processID } = client as { readonly processID?: number };
  if (processID === undefined) return;
  await database.query('select pg_cancel_backend($1)', [processID]).catch(() => {});
}
