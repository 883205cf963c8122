// Where the failed records of a batch lie once what came of it is gone, and how they are fetched from there; of a run that can still be
// gone on with they are put together when somebody asks.
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Catalog } from '../../../engine/catalog/index.js';
import { toResourceShapes } from '../../../engine/documents/index.js';
import type { Run } from '../../../engine/pipeline/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { type CallerRooms, readCatalogOfStarter } from '../caller-catalog.js';
import { importError } from '../import/import-errors.js';
import type { ImportSettings } from '../import/import-settings.js';
import type { RunFiles } from '../run-files/run-files.js';
import { writeFailedDocument } from './failed-document.js';

export interface FailedRecordsRooms {
  readonly database: Database;
  readonly dataFolder: string;
  readonly runFiles: RunFiles;
}

export interface FailedRecordsFile {
  readonly path: string;
  /** As many as it has. */
  readonly rows: number;
}

const MAKE_MS = 25_000;

export const toFailedRecordsPath = (dataFolder: string, run: string): string =>
  join(dataFolder, 'runs', `${run}-failed.json`);

/** Written anew each time; a storage that is away fails nothing, since the file is here. Undefined if none failed. */
export async function keepFailedRecords(
  rooms: FailedRecordsRooms,
  run: string,
  settings: ImportSettings,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<FailedRecordsFile | undefined> {
  const path = toFailedRecordsPath(rooms.dataFolder, run);
  const shapes = toResourceShapes(catalog);
  const rows = await writeFailedDocument({ ...rooms, shapes }, run, settings, path, signal);
  if (rows === 0) return undefined;
  await rooms.runFiles.storeFailedRows(run, path).catch(() => {});
  return { path, rows };
}

/** Must be read or destroyed. Throws FILES-107 if none failed, 172 if the file lies on another machine or went with time. */
export async function openFailedRecords(
  rooms: FailedRecordsRooms & CallerRooms,
  { id, counters, origin, settings }: Run,
): Promise<Readable> {
  if (counters.failed === 0) throw importError(107, { detail: `Run ${id} has no failed records.` });
  const path = toFailedRecordsPath(rooms.dataFolder, id);
  if (await isThere(path)) return createReadStream(path);
  const stored = await rooms.runFiles.findFailedRows(id, path);
  if (stored !== undefined) return stored;
  const catalog = await readCatalogOfStarter(rooms, origin, undefined);
  const made = await keepFailedRecords(
    rooms,
    id,
    settings as ImportSettings,
    catalog,
    AbortSignal.timeout(MAKE_MS),
  ).catch(() => undefined);
  if (made === undefined)
    throw importError(172, {
      detail: `The file of the failed records of run ${id} is not on this machine, or not any more.`,
      hint: `\`dovetail runs errors ${id}\` tells each of them; a storage for run files (\`runFiles\`) is seen by every machine.`,
    });
  const bytes = createReadStream(made.path);
  // What is asked for in between is not the last word.
  bytes.once('close', () => void rm(made.path, { force: true }).catch(() => {}));
  return bytes;
}

export const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() === true;
