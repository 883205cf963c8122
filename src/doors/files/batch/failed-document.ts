// The records of a batch that failed, as a document in the form in which they came, each with its errors as `meta`: to be mended and sent
// again. What they say of others by a local id is told by the key where the other one was written.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { stringify } from 'lossless-json';
import type { ResourceShapes } from '../../../engine/documents/index.js';
import { listIssues, type RunIssue } from '../../../engine/pipeline/index.js';
import { toKeyText } from '../../../engine/records/read/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { BatchLeg, ImportSettings } from '../import/import-settings.js';
import type { RunFiles } from '../run-files/run-files.js';
import { LegCursor, type LegRow } from './leg-cursor.js';
import { readKeysAt, readKeysOf, readLids } from './locals-store.js';

export interface FailedDocumentRooms {
  readonly database: Database;
  readonly runFiles: Pick<RunFiles, 'fetch'>;
  readonly shapes: ResourceShapes;
}

type Member = 'data' | 'included';

/** Returns how many records it has; 0 leaves no file. One of them is in memory at a time. Throws FILES-102 where what came is gone. */
export async function writeFailedDocument(
  rooms: FailedDocumentRooms,
  runId: string,
  { batch }: ImportSettings,
  file: string,
  signal: AbortSignal,
): Promise<number> {
  const { legs = [], first = { member: 'data' as const, records: 0 } } = batch ?? {};
  const cursors: LegCursor[] = [];
  for (const leg of legs) {
    const { path } = await rooms.runFiles.fetch(leg.source, signal);
    cursors.push(new LegCursor(leg, path));
  }
  await mkdir(dirname(file), { recursive: true });
  // A half-written file must not pass for the whole.
  const part = `${file}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  // Told by the next write or by the end; unheard it would end the process.
  out.on('error', () => {});
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await once(out, 'drain');
  };
  let count = 0;
  let open: Member | undefined;
  const begun = new Set<Member>();
  const begin = async (member: Member): Promise<void> => {
    await write(`${open === undefined ? '{' : '\n],'}"${member}":[`);
    open = member;
    begun.add(member);
  };
  try {
    for await (const { place, errors } of gather(listIssues(rooms.database, runId, { by: 'line' }))) {
      signal.throwIfAborted();
      const resource = await readResource(rooms, runId, cursors, place);
      if (resource === undefined) continue;
      const member = place <= first.records ? first.member : other(first.member);
      const starts = open !== member;
      if (starts) await begin(member);
      await write(`${starts ? '' : ','}\n${stringify({ ...resource, meta: { errors } })}`);
      count++;
    }
    // Every document has data.
    out.end(`\n]${begun.has('data') ? '' : ',"data":[]'}}\n`);
    await finished(out);
    if (count > 0) await rename(part, file);
    else await rm(part);
    return count;
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}

const other = (member: Member): Member => (member === 'data' ? 'included' : 'data');

interface Failed {
  readonly place: number;
  readonly errors: object[];
}

async function* gather(issues: AsyncIterable<RunIssue>): AsyncGenerator<Failed> {
  let open: Failed | undefined;
  for await (const { severity, line, code, message, hint, column } of issues) {
    if (severity !== 'error' || line === undefined) continue;
    if (open?.place !== line) {
      if (open) yield open;
      open = { place: line, errors: [] };
    }
    open.errors.push({
      code,
      detail: message,
      ...(column === undefined ? {} : { column }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  if (open) yield open;
}

/** What the legs have of the place, put together again. */
async function readResource(
  rooms: FailedDocumentRooms,
  runId: string,
  cursors: readonly LegCursor[],
  place: number,
): Promise<object | undefined> {
  const found: { readonly leg: BatchLeg; readonly row: LegRow }[] = [];
  for (const cursor of cursors) {
    const row = await cursor.find(place);
    if (row !== undefined) found.push({ leg: cursor.leg, row });
  }
  const refused = found.find(({ leg }) => leg.kind === 'refused');
  if (refused !== undefined) return refused.row['r'] as object | undefined;
  const first = found[0];
  if (first === undefined) return undefined;
  const { type } = rooms.shapes.ofEntity(first.leg.entity);
  // It was written, and only something of it could not be set afterwards.
  const key = (await readKeysAt(rooms.database, runId, [place])).get(place);
  const parts = key === undefined ? found : found.filter(({ leg }) => leg.kind === 'late');
  let resource: Resource = { type, attributes: {}, relationships: {} };
  for (const { leg, row } of parts) resource = merge(resource, await toMembers(rooms, runId, leg, row));
  const lid = (await readLids(rooms.database, runId, [place])).get(place);
  const { id = key, attributes, relationships } = resource;
  return {
    type,
    ...(id === undefined ? (lid === undefined ? {} : { lid }) : { id }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...(Object.keys(relationships).length === 0 ? {} : { relationships }),
  };
}

interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

const merge = (one: Resource, { attributes, relationships, ...more }: Partial<Resource>): Resource => ({
  ...one,
  ...more,
  attributes: { ...one.attributes, ...attributes },
  relationships: { ...one.relationships, ...relationships },
});

/** The members that a row of the leg says. */
async function toMembers(
  { database, shapes }: FailedDocumentRooms,
  runId: string,
  { fields, source, entity }: BatchLeg,
  row: LegRow,
): Promise<Partial<Resource>> {
  const { relationships: known } = shapes.ofEntity(entity);
  const attributes: Record<string, unknown> = {};
  const relationships: Record<string, unknown> = {};
  const id: string[] = [];
  for (const [i, { path, key, local }] of fields.entries()) {
    const name = source.columns[i]!;
    // No attribute is called so.
    if (path.length === 1 && name === 'id') {
      if (`c${i}` in row) id.push(String(row[`c${i}`]));
      continue;
    }
    if (key === undefined && path.length === 1) {
      if (`c${i}` in row) attributes[name] = row[`c${i}`];
      continue;
    }
    // The parts of a key lie together.
    if ((key?.part ?? 0) > 0 || !(`c${i}` in row || `l${i}` in row)) continue;
    const values = Array.from({ length: key?.parts ?? 1 }, (_, n) => row[`c${i + n}`] as string | null);
    const lid = row[`l${i}`] as string | undefined;
    const type = known.find((one) => one.name === name)?.type;
    if (type === undefined) continue;
    const written =
      lid === undefined ? undefined : (await readKeysOf(database, runId, local ?? type, [lid])).get(lid);
    const data =
      lid === undefined
        ? values.includes(null)
          ? null
          : { type, id: toKeyText(values.map(String)) }
        : written === undefined
          ? { type, lid }
          : { type, id: written };
    relationships[name] = { data };
  }
  return { ...(id.length === 0 ? {} : { id: toKeyText(id) }), attributes, relationships };
}
