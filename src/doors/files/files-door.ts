// The door `files`: import and export, on request or by a worker. Other doors never see the inside of it.
import { basename, join } from 'node:path';
import { type CatalogService, findEntity } from '../../engine/catalog/index.js';
import { failedRowsFormat } from '../../engine/formats/failed-rows.js';
import { readFormat } from '../../engine/formats/index.js';
import { learnSynonyms } from '../../engine/mapping/index.js';
import {
  createRun,
  LEASE_SECONDS,
  listIssues,
  type Run,
  type RunFilter,
  type RunTaker,
  readRun,
  readRuns,
  requestCancel,
  waitOut,
} from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { KeepConfig } from '../../foundation/config/project-config.js';
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import { type Clock, systemClock } from '../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { exportArchive } from './export/export-archive.js';
import { exportEntity } from './export/export-entity.js';
import { prepareExport } from './export/export-request.js';
import { recordExport } from './export/record-export.js';
import {
  deleteSavedExport,
  findDecay,
  readSavedExport,
  readSavedExports,
  saveExport,
} from './export/saved-exports.js';
import type {
  ExportCall,
  ExportReport,
  FilesServices,
  TemplateCall,
  TemplateReport,
} from './files-services.js';
import { listArchiveTables } from './import/archive-source.js';
import { dryRunImport } from './import/dry-run.js';
import { executeImport } from './import/execute-import.js';
import { writeFailedRowsFile } from './import/failed-rows-file.js';
import { importParts, planArchive } from './import/import-archive.js';
import type { ImportCall, ImportWatch } from './import/import-call.js';
import { importError } from './import/import-errors.js';
import { plansFor } from './import/import-plans.js';
import type { ImportSettings } from './import/import-settings.js';
import { inspectSource } from './import/inspect-source.js';
import { openIssueSpool } from './import/issue-spool.js';
import { writeIssuesFile } from './import/issues-file.js';
import { prepareImport } from './import/prepare-import.js';
import type { RunPart } from './import/run-part.js';
import { type RunReport, readRunReport } from './import/run-report.js';
import { forgetSource } from './import/source-file.js';
import { createMappingServices } from './mappings/mapping-services.js';
import { openMapping } from './mappings/open-mapping.js';
import { pruneRuns } from './prune-runs.js';
import { repeatAnyRun } from './repeat-run.js';
import type { PlaceSettings } from './schedules/place.js';
import { createSchedules, SCHEDULE_TASK } from './schedules/schedules.js';
import { writeTemplate } from './template/write-template.js';
import { readOutlook } from './undo/look-undo.js';
import { lookAtUndo, resumeUndo, undoRun } from './undo/undo-run.js';

export interface FilesRooms {
  readonly database: Database;
  readonly catalog: CatalogService;
  /** Puts a job into the queue, in the given transaction. */
  readonly enqueue: (client: Queryable, task: string, payload: unknown) => Promise<unknown>;
  readonly dataFolder: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly leaseSeconds?: number;
  readonly patienceMs?: number;
  /** Up to how many written records a run keeps what they were; 0: none. Default 100,000. */
  readonly undoRows?: number;
  /** For how many days it is kept. Default 30. */
  readonly undoDays?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Where schedules may take files from and put them. Default: nowhere. */
  readonly places?: PlaceSettings;
  /** How long what is kept of runs is kept. Default: runs for ever, files for 90 days. */
  readonly keep?: KeepConfig;
  /** Throws where nobody can be told. Default: nothing is checked. */
  readonly checkNotify?: (to: string) => void;
  /** Where `{env:NAME}` in the headers of an address is looked up. Default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The name of the job that runs an import in the background. */
export const IMPORT_TASK = 'files.import';

/** The name of the daily job that removes what is no longer kept. */
export const PRUNE_TASK = 'files.prune';

/** The name of the job, of the door `notify`, that tells one address of the end of a run or a firing. */
const NOTIFY_TASK = 'notify.tell';

export function createFilesDoor(rooms: FilesRooms) {
  const { database, catalog } = rooms;
  const spoolFolder = join(rooms.dataFolder, 'spool');

  async function importFile(wish: ImportCall, part?: RunPart): Promise<RunReport> {
    const call = rooms.undoRows === undefined ? wish : { undoRows: rooms.undoRows, ...wish };
    for (const to of call.notify ?? []) rooms.checkNotify?.(to);
    const prepared = await prepareImport(call, await catalog.read(), database, spoolFolder);
    const { settings } = prepared;
    if (call.dryRun) {
      call.onPlan?.(prepared.plan);
      return dryRun(settings, call);
    }
    const origin = call.startedBy ?? NOBODY_KNOWN;
    const run = await database
      .transaction(async (client) => {
        const { entity, source } = settings;
        const links = { notify: call.notify, firing: part?.firing };
        const wish = { kind: 'import', entity, title: source.name, settings, origin, ...links } as const;
        const id = await createRun(client, wish);
        if (settings.mappingName !== undefined) await learnFrom(client, settings);
        await part?.beside(client, id, source);
        if (call.background) await rooms.enqueue(client, IMPORT_TASK, { run: id });
        return id;
      })
      .catch(async (error) => {
        await forgetSource(settings.source);
        throw error;
      });
    call.onPlan?.({ ...prepared.plan, run });
    if (call.background) return readRunReport(database, run);
    return execute(run, call, part === undefined ? 'person' : 'queue');
  }

  async function dryRun(settings: ImportSettings, call: ImportCall): Promise<RunReport> {
    const plans = plansFor(settings, await catalog.read(), { kind: 'import', id: 'dry run' });
    const { failedRows, issuesTo } = call;
    const spool = (failedRows ?? issuesTo) ? await openIssueSpool(spoolFolder) : undefined;
    try {
      const report = await dryRunImport(database, settings, plans, call, spool);
      await forgetSource(settings.source);
      if (spool === undefined) return report;
      const count = issuesTo === undefined ? 0 : await writeIssuesFile(spool.list(), issuesTo);
      const rows =
        failedRows === undefined ? 0 : await writeFailedRowsFile(settings, spool.list(), failedRows);
      return {
        ...report,
        ...(issuesTo === undefined ? {} : { issuesFile: { count, file: issuesTo } }),
        ...(rows === 0 ? {} : { failedRows: { rows, file: failedRows! } }),
      };
    } finally {
      await spool?.remove();
    }
  }

  /** Runs to the end and reports; what is wrong with the run itself is in the report. */
  async function execute(id: string, watch: ImportWatch, taker: RunTaker = 'person'): Promise<RunReport> {
    await executeImport({ ...rooms, onEnd: tellOfEnd }, id, watch, taker);
    const patience = { runId: id, ms: rooms.patienceMs ?? 60_000, sleep: rooms.sleep, signal: watch.signal };
    const report = await waitOut(patience, () => readRunReport(database, id));
    if (report.counters.failed === 0) return report;
    const failedRows = await findFailedRows(id);
    return failedRows === undefined ? report : { ...report, failedRows };
  }

  /** Writes the failed rows to where the run's settings say, or into the data folder; undefined if there are none. */
  async function findFailedRows(id: string) {
    const { settings } = await readImport(id);
    const file =
      settings.failedRows ?? join(rooms.dataFolder, 'runs', `${id}-failed.${extensionOf(settings)}`);
    const rows = await writeFailedRowsFile(settings, listIssues(database, id, { severity: 'error' }), file);
    return rows === 0 ? undefined : { rows, file };
  }

  /**
   * For a job. A run whose holder was stopped, or is cut off, is free once its lease has run out: that is waited for, as
   * the delay of a job that failed grows with each attempt.
   */
  async function executeOnceFree(id: string, watch: ImportWatch): Promise<void> {
    const longest = 2_000 * (rooms.leaseSeconds ?? LEASE_SECONDS);
    for (let waited = 0; ; waited += 500) {
      try {
        await execute(id, watch, 'queue');
        return;
      } catch (error) {
        const code = error instanceof DovetailError ? error.code : undefined;
        // Cancelled while it waited, or ended by somebody who did not want to wait: nothing is left to do.
        if (code === 'PIPELINE-103') return;
        if (code !== 'PIPELINE-102' || waited >= longest || watch.signal.aborted) throw error;
        await rooms.sleep(500);
      }
    }
  }

  async function readImport(id: string): Promise<{ readonly run: Run; readonly settings: ImportSettings }> {
    const run = await readRun(database, id);
    if (run.kind !== 'import')
      throw importError(105, { detail: `Run ${id} is of the kind ${run.kind}, no import.` });
    return { run, settings: run.settings as ImportSettings };
  }

  async function exportFile(call: ExportCall, firing?: string): Promise<ExportReport> {
    const begun = Date.now();
    for (const to of call.notify ?? []) rooms.checkNotify?.(to);
    // Refused before it is a run.
    const { entity, request } = await prepareExport(database, await catalog.read(), call);
    const origin = call.startedBy ?? NOBODY_KNOWN;
    const about = { entity: entity.name, origin, notify: call.notify, firing, onEnd: tellOfEnd };
    return recordExport(database, about, call, async (run, signal, note) => {
      const result = await exportEntity(database, {
        ...request,
        signal,
        onProgress: (at) => {
          note(at);
          call.onProgress({ phase: 'exporting', ...at });
        },
      });
      await call.deliver?.put();
      const { rows, bytes, columns } = result;
      const file = call.deliver?.as ?? result.file;
      const seconds = (Date.now() - begun) / 1000;
      const known = { ...(run === undefined ? {} : { run }), ...(file === undefined ? {} : { file }) };
      return { entity: entity.name, rows, bytes, columns, seconds, ...known };
    });
  }

  async function template(call: TemplateCall): Promise<TemplateReport> {
    const known = await catalog.read();
    const mapping =
      call.mapping === undefined
        ? undefined
        : (await openMapping(database, { ...call, mapping: call.mapping })).mapping;
    const entity = findEntity(known, call.entity);
    const { fields, formatOptions: options, target, signal } = call;
    const result = await writeTemplate(database, {
      catalog: known,
      entity,
      format: readFormat(call.format),
      options,
      target,
      signal,
      ...(mapping ? { mapping } : {}),
      ...(fields ? { fields } : {}),
    });
    return { entity: entity.name, ...result, ...('path' in target ? { file: target.path } : {}) };
  }

  /** Whoever is to be told of the run's end is told by a job of its own, queued in the transaction that ends the run. */
  async function tellOfEnd(client: Queryable, run: string): Promise<void> {
    const { notify = [] } = await readRun(client, run);
    for (const to of notify) await rooms.enqueue(client, NOTIFY_TASK, { to, run });
  }

  async function finishImport(run: string, signal: AbortSignal): Promise<RunReport> {
    await executeOnceFree(run, { signal, onProgress: () => {}, confirmRemoval: refuseToAnswer });
    signal.throwIfAborted();
    return readRunReport(database, run);
  }

  const repeatRun: FilesServices['repeatRun'] = (id, watch, startedBy) =>
    repeatAnyRun({ database, catalog, spoolFolder, execute, exportFile }, id, watch, startedBy);

  const prune = (dryRun: boolean, signal: AbortSignal) =>
    pruneRuns(
      {
        database,
        dataFolder: rooms.dataFolder,
        keep: rooms.keep ?? {},
        now: (rooms.clock ?? systemClock).now(),
      },
      dryRun,
      signal,
    );

  const schedules = createSchedules({
    database,
    catalog,
    clock: rooms.clock ?? systemClock,
    places: rooms.places ?? { roots: [], storages: {} },
    imports: {
      start: (call, part) => importFile({ ...call, confirmRemoval: refuseToAnswer }, part),
      finish: finishImport,
    },
    exportFile,
    spoolFolder,
    checkNotify: rooms.checkNotify ?? (() => {}),
    env: rooms.env ?? {},
    tell: (client, to, firing) => rooms.enqueue(client, NOTIFY_TASK, { to, firing }),
  });

  const services: FilesServices = {
    ...createMappingServices(database, catalog),
    import: (call) => importFile(call),
    listArchive: listArchiveTables,
    async importArchive(call) {
      const parts = planArchive(await listArchiveTables(call.source.path), await catalog.read());
      return importParts(call, parts, (part) => importFile(part));
    },
    export: (call) => exportFile(call),
    inspect: async (call) => inspectSource(call, await catalog.read(), spoolFolder),
    exportArchive: async (call) => exportArchive(database, await catalog.read(), call),
    writeTemplate: template,
    saveExport: async (name, body, by = NOBODY_KNOWN) =>
      saveExport(database, await catalog.read(), name, body, by),
    readSavedExports: () => readSavedExports(database),
    readSavedExport: (name) => readSavedExport(database, name),
    findDecay: async (saved) => findDecay(database, await catalog.read(), saved),
    deleteSavedExport: (name) => deleteSavedExport(database, name),
    readRuns: (filter: RunFilter) => readRuns(database, filter),
    readReport: (id: string) => readRunReport(database, id),
    cancelRun: (id: string) =>
      database.transaction(async (client) => {
        const outcome = await requestCancel(client, id);
        if (outcome === 'cancelled') await tellOfEnd(client, id);
        return outcome;
      }),
    readUndo: (id: string) => readOutlook(database, id),
    dryRunUndo: (id: string, look) => lookAtUndo({ database, spoolFolder }, id, look),
    undoRun: (id, { startedBy = NOBODY_KNOWN, ...call }) =>
      undoRun(rooms, id, startedBy, { ...call, confirmRemoval: refuseToAnswer }),
    async resumeRun(id: string, watch: ImportWatch): Promise<RunReport> {
      if ((await readRun(database, id)).kind === 'undo') return resumeUndo(rooms, id, watch);
      await readImport(id);
      return execute(id, watch);
    },
    repeatRun,
    prune,
    listIssues: (id: string) => listIssues(database, id),
    async writeFailedRows(id: string, file: string) {
      const { settings } = await readImport(id);
      const rows = await writeFailedRowsFile(settings, listIssues(database, id, { severity: 'error' }), file);
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

  return { name: 'files', services, findFailedRows, schedules: schedules.services, tasks } as const;
}

export type FilesDoor = ReturnType<typeof createFilesDoor>;

const NOBODY_KNOWN: Origin = { kind: 'user', id: 'unknown' };

/** Whoever imports with a mapping of theirs confirms what it says of the names of columns. */
async function learnFrom(client: Queryable, { mapping, mappingName }: ImportSettings): Promise<void> {
  await learnSynonyms(client, mapping, basename(mappingName ?? 'of a run'));
}

/** A worker has nobody to ask. */
async function refuseToAnswer(): Promise<never> {
  throw importError(106, { detail: 'Nobody is there to be asked.' });
}

function extensionOf(settings: ImportSettings): string {
  return failedRowsFormat(settings.format);
}
