// A run once more, with the settings of then and the file, or the records, of now.
import { isAbsolute } from 'node:path';
import { createRun, type Run, readRun } from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { type CallerRooms, readCatalogOfStarter } from './caller-catalog.js';
import type { ExportSettings } from './export/export-settings.js';
import type { ExportCall, ExportReport } from './files-services.js';
import type { ImportWatch } from './import/import-call.js';
import { importError } from './import/import-errors.js';
import type { ImportSettings } from './import/import-settings.js';
import { repeatImport } from './import/repeat-import.js';
import { type RunReport, readRunReport } from './import/run-report.js';

export interface RepeatRooms extends CallerRooms {
  readonly database: Database;
  readonly spoolFolder: string;
  readonly execute: (run: string, watch: ImportWatch) => Promise<RunReport>;
  readonly exportFile: (call: ExportCall) => Promise<ExportReport>;
}

/** Throws FILES-105 for what is neither import nor export, 116 where the source was a pipe or the target no file of this machine. */
export async function repeatAnyRun(
  rooms: RepeatRooms,
  id: string,
  watch: ImportWatch,
  startedBy: Origin,
): Promise<RunReport> {
  const before = await readRun(rooms.database, id);
  const { kind } = before;
  if (kind === 'export') return repeatExport(rooms, before, watch, startedBy);
  if (kind !== 'import') {
    throw importError(105, { detail: `Run ${id} is a ${kind}, neither import nor export.` });
  }
  return rooms.execute(await createRepeat(rooms, before, startedBy, watch.signal, rooms.database), watch);
}

/** The new run of an import, before anybody works on it. Throws FILES-105 for what is no import. */
export async function createRepeat(
  rooms: Omit<RepeatRooms, 'execute' | 'exportFile'>,
  { id, kind, entity, title, notify, settings: then }: Run,
  startedBy: Origin,
  signal: AbortSignal,
  db: Queryable,
): Promise<string> {
  if (kind !== 'import') throw importError(105, { detail: `Run ${id} is a ${kind}, no import.` });
  const known = await readCatalogOfStarter(rooms, startedBy, 'import');
  const again = await repeatImport(id, then as ImportSettings, known, rooms.spoolFolder, signal);
  const settings = { ...again, repeats: id };
  return createRun(db, { kind, entity, title, settings, origin: startedBy, notify });
}

async function repeatExport(
  rooms: RepeatRooms,
  before: Run,
  { signal, onProgress }: ImportWatch,
  startedBy: Origin,
): Promise<RunReport> {
  const { file, ...settings } = before.settings as ExportSettings;
  if (file === undefined || !isAbsolute(file)) {
    throw importError(116, {
      detail: `Run ${before.id} wrote to ${file ?? 'standard output'}; there is no file to write again.`,
      hint: 'Export anew with `dovetail export`.',
    });
  }
  const told = before.notify === undefined ? {} : { notify: before.notify };
  const target = { path: file };
  const watch = { signal, onProgress, startedBy };
  const call = { formatOptions: {}, ...settings, ...watch, ...told, entity: before.entity, target };
  const { run } = await rooms.exportFile(call);
  return readRunReport(rooms.database, run!);
}
