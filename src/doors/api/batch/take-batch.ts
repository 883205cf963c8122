// A batch from the request to the run: what may not be sent is refused before the body is read, the body goes to disk as it comes, and the
// run is made in one transaction with its job and the answer that is kept for the Idempotency-Key.
import { createHash } from 'node:crypto';
import type { Entity } from '../../../engine/catalog/index.js';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { refuseForbidden } from '../../../engine/records/index.js';
import { apiError } from '../api-errors.js';
import { writeOnce } from '../idempotency/answer-once.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Operation } from '../resources/operation.js';
import { toAddress } from '../resources/resource-text.js';
import { answerRun, type ShowRun } from './answer-run.js';
import { type BatchMedia, readBatchMedia } from './batch-media.js';
import { type BatchQuery, readBatchQuery } from './batch-query.js';
import type { BatchRooms, PreparedBatch } from './batch-rooms.js';
import { bindColumns } from './bind-columns.js';
import { openBody, toBodyError } from './receive-body.js';
import { DocumentScan } from './scan-document.js';
import { RecordSorter } from './sort-records.js';
import { narrowStrategy } from './strategy.js';

/** Where batches are sent to; the second name is that of a mapping. */
const PATH = /^(\/[^/]+)(?:\/imports\/([^/]+))?$/;

/** The collection that a batch is for. */
export const toCollectionPath = (path: string): string => PATH.exec(path)?.[1] ?? path;

/** On disk, and ready to be a run. */
interface Received {
  readonly batch: PreparedBatch;
  /** By which the body is known. */
  readonly sha256: string;
  readonly size: number;
}

/** `PATCH /api/products` with a list, and `POST /api/products/imports/NAME` with what the mapping of that name reads. */
export const takeBatch =
  (showRun: ShowRun): Operation =>
  async (request, { shape }) => {
    const mapping = PATH.exec(request.path)?.[2];
    const media = readBatchMedia(request, mapping !== undefined);
    if (request.batches === undefined) throw apiError(506, { detail: 'This server takes no batches.' });
    const query = readBatchQuery(request.query);
    refuseUnwritable(shape.entity, query, mapping !== undefined);
    const { rooms: batches, bytes: most } = request.batches;
    const received = await receive({ request, batches, most, shape, mapping, media, query }).catch(
      (error) => {
        throw toBodyError(error);
      },
    );
    const { answer, replayed } = await writeOnce(
      request,
      `${mediaName(media)} ${received.sha256}`,
      async (client) => {
        const run = await received.batch.start(client);
        return { status: 202, headers: { location: toAddress(request.base, 'dovetail', 'runs', run) } };
      },
    ).catch(async (error) => {
      await received.batch.drop();
      throw error;
    });
    if (replayed) await received.batch.drop();
    return answerRun(request, batches, answer, received.size, showRun);
  };

const mediaName = (media: BatchMedia): string => (media.kind === 'document' ? 'document' : media.format);

/** Throws API-104 for what can only be read, RECORDS-112 for what the caller may not. */
function refuseUnwritable(entity: Entity, { strategy }: BatchQuery, foreign: boolean): void {
  if (!entity.writable) {
    throw apiError(104, {
      detail: `${entity.name} can only be read: ${entity.readOnlyReason ?? 'it is read-only'}.`,
    });
  }
  if (foreign && entity.access !== undefined)
    refuseForbidden({ ...entity, access: { ...entity.access, through: 'import' } }, strategy ?? 'add');
  else refuseForbidden(entity, narrowStrategy(entity, strategy));
}

interface Receiving {
  readonly request: ApiRequest;
  readonly batches: BatchRooms;
  /** Bytes. */
  readonly most: number;
  readonly shape: ResourceShape;
  readonly mapping: string | undefined;
  readonly media: BatchMedia;
  readonly query: BatchQuery;
}

const receive = (about: Receiving): Promise<Received> =>
  about.media.kind === 'document' ? receiveDocument(about) : receiveTable(about, about.media);

const signalOf = (): AbortSignal => new AbortController().signal;

async function receiveTable(
  { request, batches, most, shape, mapping, query }: Receiving,
  { format, options }: Extract<BatchMedia, { kind: 'table' }>,
): Promise<Received> {
  const { bytes, count } = openBody(request, most);
  const signal = signalOf();
  const body = await batches.spool(bytes, signal, count);
  const { strategy, identity, ...rest } = query;
  const { catalog, caller } = request;
  const bound = {
    catalog,
    shape,
    ...(strategy === undefined ? {} : { strategy }),
    ...(identity === undefined ? {} : { identity }),
  };
  const batch = await batches.prepareTable({
    ...rest,
    caller,
    signal,
    title: toTitle(request),
    entity: shape.entity.name,
    body,
    format,
    formatOptions: options,
    bind:
      mapping === undefined
        ? (columns) => bindColumns(bound, columns)
        : { mapping: decodeURIComponent(mapping) },
    ...(strategy === undefined ? {} : { strategy }),
  });
  return { batch, sha256: body.sha256, size: body.size };
}

async function receiveDocument({ request, batches, most, shape, query }: Receiving): Promise<Received> {
  const { catalog, shapes, caller } = request;
  const { strategy, identity: _, ...rest } = query;
  const { bytes, count } = openBody(request, most);
  const sorter = new RecordSorter({
    catalog,
    shapes,
    shape,
    strategy,
    openRowWriter: () => batches.openRowWriter(),
  });
  const scan = new DocumentScan((found) => sorter.put(found));
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      size += chunk.length;
      count(size);
      hash.update(chunk);
      scan.take(chunk);
      await sorter.flush();
    }
    scan.finish();
    const legs = await sorter.finish();
    const [member, records] = [...scan.counts][0]!;
    const batch = await batches.prepareDocument({
      ...rest,
      caller,
      signal: signalOf(),
      title: toTitle(request),
      entity: shape.entity.name,
      legs,
      locals: sorter.locals,
      first: { member, records },
      size,
    });
    return { batch, sha256: hash.digest('hex'), size };
  } catch (error) {
    await sorter.drop();
    throw error;
  }
}

const toTitle = ({ method, path, base }: ApiRequest): string => `${method} ${base}${path}`;
