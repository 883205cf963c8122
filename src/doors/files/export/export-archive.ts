// Several entities in one zip file, all of one moment: what `import` takes back in the order in which references are found.
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Catalog, type Entity, type FileRule, findEntity } from '../../../engine/catalog/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import { ZipWriter } from '../../../engine/formats/zip/zip-writer.js';
import type { Storage } from '../../../engine/storage/storage.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { toStarter } from '../caller-catalog.js';
import { collectExportedFiles } from '../file-fields/exported-files.js';
import { NOBODY_KNOWN } from '../files-rooms.js';
import type { ArchiveExportCall, ArchiveExportReport } from '../files-services.js';
import { exportEntity } from './export-entity.js';
import { exportError } from './export-errors.js';
import { toExportError } from './export-failure.js';
import { prepareExport } from './export-request.js';
import { openTarget } from './export-target.js';
import { pourInto } from './pour-into.js';
import { recordExport } from './record-export.js';

type Part = ArchiveExportReport['entities'][number];

/** Throws as `exportEntity` does, and EXPORT-105 if there is nothing to export. The file appears whole or not at all. */
export async function exportArchive(
  database: Database,
  catalog: Catalog,
  call: ArchiveExportCall,
  openStorage: (rule: FileRule) => Promise<Storage>,
): Promise<ArchiveExportReport> {
  const begun = Date.now();
  const files = call.withFiles === true ? collectExportedFiles(openStorage) : undefined;
  const { chosen, left } = chooseEntities(catalog, call.entities);
  const { target, signal } = call;
  const wish = { format: call.format, formatOptions: call.formatOptions, full: false, target };
  // All of it is refused, or none.
  for (const { name } of chosen)
    await prepareExport(database, catalog, {
      ...wish,
      entity: name,
      ...(call.header ? { header: call.header } : {}),
    });
  const opened = await openTarget(target);
  const parts: Part[] = [];
  let bytes = 0;

  async function* members(snapshot: string): AsyncGenerator<Buffer> {
    const zip = new ZipWriter();
    for (const { name } of chosen) {
      const member = toMemberName(name, call.format);
      yield zip.begin(member);
      const stream = new PassThrough();
      const work = exportOne(name, stream, snapshot);
      // Whoever reads the stream gets the error.
      work.then(
        () => stream.end(),
        (error) => stream.destroy(error),
      );
      for await (const chunk of stream) yield await zip.write(chunk as Buffer);
      parts.push({ entity: name, rows: await work, member });
      yield await zip.end();
    }
    for (const file of files?.list() ?? []) {
      yield zip.begin(file.name);
      for await (const chunk of await file.open()) yield await zip.write(Buffer.from(chunk));
      yield await zip.end();
    }
    yield zip.finish();
  }

  async function* counted(snapshot: string): AsyncGenerator<Buffer> {
    for await (const block of members(snapshot)) {
      bytes += block.length;
      if (block.length > 0) yield block;
    }
  }

  async function exportOne(name: string, stream: PassThrough, snapshot: string): Promise<number> {
    const before = parts.reduce((sum, part) => sum + part.rows, 0);
    const asked = {
      ...wish,
      entity: name,
      target: { stream },
      ...(call.header ? { header: call.header } : {}),
    };
    const { entity, request } = await prepareExport(database, catalog, asked);
    const origin = toStarter(call, NOBODY_KNOWN);
    const result = await recordExport(
      database,
      { entity: entity.name, origin },
      { format: call.format, full: false, target, signal },
      (_run, stop, note) =>
        exportEntity(database, {
          ...request,
          snapshot,
          ...(files ? { rows: files.rename } : {}),
          signal: stop,
          onProgress: (at) => {
            note(at);
            call.onProgress({ phase: `exporting ${entity.name}`, rows: before + at.rows, bytes });
          },
        }),
    );
    return result.rows;
  }

  try {
    await holdSnapshot(database, async (snapshot) => {
      const end = opened.ends ? opened.stream : pourInto(opened.stream);
      await pipeline(counted(snapshot), end, { signal });
    });
    await opened.commit();
  } catch (cause) {
    await opened.discard();
    throw toExportError(call, chosen[Math.min(parts.length, chosen.length - 1)]!, cause);
  } finally {
    await files?.close();
  }
  return {
    entities: parts,
    left,
    ...(files ? { files: { count: files.list().length, missing: files.missing } } : {}),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bytes,
    seconds: (Date.now() - begun) / 1000,
    ...('path' in target ? { file: target.path } : {}),
  };
}

/** In the catalog's order: what is referred to first. Of `all`, what could not be imported again is left. */
function chooseEntities(
  catalog: Catalog,
  wanted: ArchiveExportCall['entities'],
): { readonly chosen: readonly Entity[]; readonly left: ArchiveExportReport['left'] } {
  const order = [...catalog.entities.values()];
  if (wanted !== 'all') {
    const named = new Set(wanted.map((name) => findEntity(catalog, name).name));
    return { chosen: order.filter(({ name }) => named.has(name)), left: [] };
  }
  const reasons = new Map(order.map((entity) => [entity.name, findObstacle(entity)]));
  const chosen = order.filter(({ name }) => reasons.get(name) === undefined);
  if (chosen.length === 0) {
    throw exportError(105, {
      detail: 'No entity has records that could be imported again.',
      hint: 'Name the entities to export them all the same.',
    });
  }
  return {
    chosen,
    left: order.flatMap(({ name }) => {
      const reason = reasons.get(name);
      return reason === undefined ? [] : [{ entity: name, reason }];
    }),
  };
}

function findObstacle(entity: Entity): string | undefined {
  if (entity.access?.export === 'none') return 'no role of yours lets you export it';
  if (!entity.writable) return entity.readOnlyReason ?? 'it is read-only';
  return entity.identity.length > 0 ? undefined : (entity.identityReason ?? 'its records have no identity');
}

/** `import` finds the entity by the file's name; a slash would be a folder. */
const toMemberName = (entity: string, format: string): string =>
  `${entity.replaceAll('/', '_')}.${readFormat(format).extensions[0]}`;

/** Holds a snapshot open for other connections to read from. */
async function holdSnapshot(database: Database, work: (snapshot: string) => Promise<void>): Promise<void> {
  await database.withClient(async (client) => {
    await client.query('begin isolation level repeatable read, read only');
    try {
      await client.query('set local idle_in_transaction_session_timeout = 0');
      const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
      await work(rows[0]!.snapshot);
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
}
