// An export that somebody far away asked for: a worker writes the file, which then is the run's own, until retention takes it.
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { readFormat } from '../../../engine/formats/index.js';
import {
  holdRun,
  LEASE_SECONDS,
  NO_COUNTS,
  type Run,
  readRun,
  saveCheckpoint,
  savePhase,
  saveReport,
} from '../../../engine/pipeline/index.js';
import { readCatalogOfStarter } from '../caller-catalog.js';
import { exportEntity } from '../export/export-entity.js';
import { prepareExport } from '../export/export-request.js';
import type { ExportSettings } from '../export/export-settings.js';
import type { DoorParts } from '../files-rooms.js';
import { end, endOver } from '../import/execute-import.js';
import type { ImportWatch } from '../import/import-call.js';
import { importError } from '../import/import-errors.js';
import { patiently } from '../import/import-work.js';

/** Throws as `executeImport` does. Cut off, it is made anew: the file appears whole or not at all. */
export async function executeExport(rooms: DoorParts, runId: string, watch: ImportWatch): Promise<void> {
  const { database } = rooms;
  const lease = await holdRun(database, runId, rooms.leaseSeconds ?? LEASE_SECONDS, 'queue');
  const hold = { id: runId, fence: lease.fence };
  const about = { rooms: { ...rooms, onEnd: rooms.tellOfEnd }, runId, hold, taker: 'queue', watch } as const;
  const { run } = lease;
  const path = fileOf(rooms.dataFolder, run);
  try {
    const catalog = await patiently(about, () => readCatalogOfStarter(rooms, run.origin, 'export'));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { formatOptions = {}, ...settings } = run.settings as ExportSettings;
    const call = { ...settings, formatOptions, entity: run.entity, target: { path } };
    const { request } = await prepareExport(database, catalog, call);
    const signal = AbortSignal.any([lease.signal, watch.signal]);
    const { rows, bytes, columns } = await exportEntity(database, { ...request, signal, gzip: false });
    await rooms.runFiles.storeExport(path);
    await patiently(about, () =>
      database.transaction(async (client) => {
        await saveCheckpoint(client, runId, 0, rows, { ...NO_COUNTS, read: rows });
        await savePhase(client, hold, 'done');
        await saveReport(client, hold, { rows, bytes, columns });
      }),
    );
    await end(about, 'completed');
  } catch (error) {
    await endOver(about, lease.signal.aborted ? lease.signal.reason : error);
  } finally {
    lease.release();
  }
}

export interface RunFile {
  /** `17-product.csv` */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Readable;
}

/** The file of an export, here or in the storage. Throws FILES-181 where there is none, or not yet, or not any more. */
export async function openExport(rooms: DoorParts, runId: string): Promise<RunFile> {
  const run = await readRun(rooms.database, runId);
  const { format: name, requested } = run.settings as ExportSettings;
  const isThere = run.kind === 'export' && requested === true && run.state === 'completed';
  const path = fileOf(rooms.dataFolder, run);
  const found = isThere
    ? (await stat(path).catch(() => undefined))?.isFile()
      ? createReadStream(path)
      : await rooms.runFiles.findExport(path)
    : undefined;
  if (found === undefined)
    throw importError(181, {
      detail: `Run ${runId} has no file.`,
      ...(run.kind === 'export' ? { hint: `It is ${run.state}; files go after some time.` } : {}),
    });
  const format = readFormat(name);
  return { name: run.title, mediaType: format.mediaTypes[0] ?? 'application/octet-stream', bytes: found };
}

const fileOf = (dataFolder: string, { id, settings }: Pick<Run, 'id' | 'settings'>): string => {
  const { extensions, name } = readFormat((settings as ExportSettings).format);
  return join(dataFolder, 'runs', `${id}-export.${extensions[0] ?? name}`);
};
