// The door `files`: import and export, on request, on a schedule or by a worker. Other doors never see the inside of it.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Caller } from '../../engine/access/index.js';
import { listIssuePages, listIssues, readRun, requestCancel } from '../../engine/pipeline/index.js';
import { readKept } from '../../foundation/config/retention.js';
import { systemClock } from '../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../foundation/postgres/database.js';
import { createBatchServices } from './batch/batch-services.js';
import { openFailedRecords } from './batch/failed-records-file.js';
import { readCatalogOf, toStarter } from './caller-catalog.js';
import { createExportServices } from './export/export-services.js';
import { openFieldStorage, openFileStep } from './file-fields/open-file-step.js';
import { pruneFieldFiles } from './file-fields/prune-field-files.js';
import { type DoorParts, type FilesRooms, NOBODY_KNOWN, refuseToAnswer } from './files-rooms.js';
import type { FilesServices } from './files-services.js';
import { listArchiveTables } from './import/archive-source.js';
import { writeFailedRowsFile } from './import/failed-rows-file.js';
import { importParts, planArchive } from './import/import-archive.js';
import type { ImportWatch } from './import/import-call.js';
import { importError } from './import/import-errors.js';
import { createImportRunner, IMPORT_TASK } from './import/import-runner.js';
import { inspectSource } from './import/inspect-source.js';
import { type RunReport, readRunReport } from './import/run-report.js';
import { createMappingServices } from './mappings/mapping-services.js';
import { checkOwn, readOwnRuns } from './own-runs.js';
import { pruneRuns } from './prune-runs.js';
import { createQueuedRuns } from './queued-runs.js';
import { repeatAnyRun } from './repeat-run.js';
import { createRequestedRuns } from './requests/requested-runs.js';
import { tellOfRun } from './run-alerts.js';
import { createRunFiles } from './run-files/run-files.js';
import { openNamedStorage, readNamedStorage } from './schedules/place.js';
import { createSchedules, SCHEDULE_TASK } from './schedules/schedules.js';
import { createStorageServices } from './storages/storage-services.js';
import { openTemplate } from './template/open-template.js';
import { readOutlook } from './undo/look-undo.js';
import { lookAtUndo, resumeUndo, undoRun } from './undo/undo-run.js';

export type { FilesRooms } from './files-rooms.js';

/** The name of the daily job that removes what is no longer kept. */
export const PRUNE_TASK = 'files.prune';

/** The name of the job, of the door `notify`, that tells one address of the end of a run or a firing. */
const NOTIFY_TASK = 'notify.tell';

export function createFilesDoor(rooms: FilesRooms) {
  const { database, catalog } = rooms;
  const spoolFolder = join(rooms.dataFolder, 'spool');

  async function tellOfEnd(client: Queryable, run: string): Promise<void> {
    const ended = await readRun(client, run);
    if (rooms.alerts !== undefined) await tellOfRun(client, ended, rooms.alerts);
    for (const to of ended.notify ?? []) await rooms.enqueue(client, NOTIFY_TASK, { to, run });
  }

  const places = rooms.places ?? { roots: [], storages: {} };
  if (rooms.runFiles !== undefined) readNamedStorage(rooms.runFiles, places);
  const runFiles = createRunFiles({
    storage: rooms.runFiles,
    open: (name) => openNamedStorage(name, places),
    spoolFolder,
  });
  const openFiles: DoorParts['openFiles'] = (wish) => openFileStep({ ...rooms, spoolFolder }, wish);

  const kept = readKept(rooms.keep ?? {}, rooms.undoDays);
  const parts = { ...rooms, undoDays: kept.undo, spoolFolder, tellOfEnd, runFiles, openFiles };
  const { importFile, execute, executeOnceFree, findFailedRows, readImport, finishImport } =
    createImportRunner(parts);
  const batches = createBatchServices(parts);
  const { exportFile, services: exports } = createExportServices(parts);

  const repeatRun: FilesServices['repeatRun'] = async (id, watch, startedBy, caller) => {
    await checkOwn(database, id, caller);
    const starter = toStarter({ startedBy, ...(caller ? { caller } : {}) }, NOBODY_KNOWN);
    return repeatAnyRun({ ...rooms, spoolFolder, execute, exportFile }, id, watch, starter);
  };

  const prune = (dryRun: boolean, signal: AbortSignal) =>
    pruneRuns(
      {
        database,
        dataFolder: rooms.dataFolder,
        runFiles,
        kept,
        now: (rooms.clock ?? systemClock).now(),
      },
      dryRun,
      signal,
    );

  const schedules = createSchedules({
    database,
    catalog,
    ...(rooms.access === undefined ? {} : { access: rooms.access }),
    clock: rooms.clock ?? systemClock,
    places,
    imports: {
      start: (call, part) => importFile({ ...call, confirmRemoval: refuseToAnswer }, part),
      finish: finishImport,
    },
    exportFile,
    spoolFolder,
    checkNotify: rooms.checkNotify ?? (() => {}),
    env: rooms.env ?? {},
    ...(rooms.alerts === undefined ? {} : { alerts: rooms.alerts }),
    tell: (client, to, firing) => rooms.enqueue(client, NOTIFY_TASK, { to, firing }),
  });

  const services: FilesServices = {
    ...createMappingServices(database, catalog),
    ...exports,
    import: (call) => importFile(call),
    listArchive: listArchiveTables,
    async importArchive(call) {
      const tables = planArchive(
        await listArchiveTables(call.source.path),
        await readCatalogOf(rooms, call, 'import'),
      );
      return importParts(call, tables, (part) => importFile(part));
    },
    inspect: async (call) => inspectSource(call, await readCatalogOf(rooms, call), spoolFolder),
    readRuns: (filter, caller) => readOwnRuns(database, filter, caller),
    async readReport(id, caller) {
      await checkOwn(database, id, caller);
      return readRunReport(database, id);
    },
    cancelRun: (id, caller) =>
      database.transaction(async (client) => {
        await checkOwn(client, id, caller);
        const outcome = await requestCancel(client, id);
        if (outcome === 'cancelled') await tellOfEnd(client, id);
        return outcome;
      }),
    readUndo: (id: string) => readOutlook(database, id),
    dryRunUndo: (id: string, look) => lookAtUndo({ database, spoolFolder }, id, look),
    undoRun: (id, { startedBy = NOBODY_KNOWN, ...call }) =>
      undoRun(parts, id, startedBy, { ...call, confirmRemoval: refuseToAnswer }),
    ...createQueuedRuns(parts),
    ...createRequestedRuns(parts, importFile),
    ...createStorageServices(places),
    openTemplate: (wanted) => openTemplate(spoolFolder, exports.writeTemplate, wanted),
    async resumeRun(id: string, watch: ImportWatch, caller?: Caller): Promise<RunReport> {
      await checkOwn(database, id, caller);
      if ((await readRun(database, id)).kind === 'undo') return resumeUndo(parts, id, watch);
      await readImport(id);
      return execute(id, watch);
    },
    repeatRun,
    prune,
    probeRunFiles: () => runFiles.probe(),
    async pruneFieldFiles(dryRun: boolean, signal: AbortSignal) {
      const open = (storage: string) => openFieldStorage(rooms, { storage });
      const known = await catalog.read();
      return pruneFieldFiles({ database, catalog: known, openStorage: open }, dryRun, signal);
    },
    async *listIssues(id, caller) {
      await checkOwn(database, id, caller);
      await readRun(database, id);
      yield* listIssues(database, id);
    },
    async writeFailedRows(id, file, caller) {
      await checkOwn(database, id, caller);
      const { run, settings } = await readImport(id);
      if (settings.batch?.legs !== undefined) {
        await pipeline(await openFailedRecords(parts, run), createWriteStream(file, { mode: 0o600 }));
        return { rows: run.counters.failed, file };
      }
      const pages = listIssuePages(database, id, { severity: 'error' });
      const rows = await writeFailedRowsFile(settings, pages, file);
      if (rows > 0) return { rows, file };
      throw importError(107, { detail: `Run ${id} has no failed rows.` });
    },
  };

  const tasks = {
    /** A worker's part: nobody is there to be asked, so a large removal stops the run. */
    async [IMPORT_TASK](payload: unknown, job: { readonly signal: AbortSignal }): Promise<void> {
      const { run } = payload as { run: string };
      const watch = { signal: job.signal, onProgress: () => {}, confirmRemoval: refuseToAnswer };
      await executeOnceFree(run, watch);
      // Asked to stop with the work half done: the job goes back to the queue, and whoever takes it goes on.
      job.signal.throwIfAborted();
    },
    [SCHEDULE_TASK]: schedules.runFiring,
    async [PRUNE_TASK](_payload: unknown, job: { readonly signal: AbortSignal }): Promise<void> {
      await prune(false, job.signal);
    },
  };

  return { name: 'files', services, batches, findFailedRows, schedules: schedules.services, tasks } as const;
}

export type FilesDoor = ReturnType<typeof createFilesDoor>;
