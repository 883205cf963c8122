// Imports from the call to the report: started, gone on with, or only rehearsed; by a person, a schedule or a worker.
import { basename, join } from 'node:path';
import type { Catalog } from '../../../engine/catalog/index.js';
import { failedRowsFormat } from '../../../engine/formats/failed-rows.js';
import { learnSynonyms } from '../../../engine/mapping/index.js';
import {
  createRun,
  LEASE_SECONDS,
  listIssuePages,
  type Run,
  type RunTaker,
  readRun,
  saveIssues,
  waitOut,
} from '../../../engine/pipeline/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { isThere, keepFailedRecords, toFailedRecordsPath } from '../batch/failed-records-file.js';
import { readCatalogOf, toStarter } from '../caller-catalog.js';
import { type DoorParts, NOBODY_KNOWN, refuseToAnswer } from '../files-rooms.js';
import { executeExport } from '../requests/execute-export.js';
import { executeUndo } from '../undo/execute-undo.js';
import { dryRunImport } from './dry-run.js';
import { executeDryRun } from './execute-dry-run.js';
import { executeImport } from './execute-import.js';
import { writeFailedRowsFile } from './failed-rows-file.js';
import type { ImportCall, ImportWatch } from './import-call.js';
import { importError } from './import-errors.js';
import { plansFor } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import type { ImportRooms } from './import-work.js';
import { inPages, openIssueSpool } from './issue-spool.js';
import { writeIssuesFile } from './issues-file.js';
import { prepareImport } from './prepare-import.js';
import type { RunPart } from './run-part.js';
import { type RunReport, readRunReport } from './run-report.js';
import { forgetSource } from './source-file.js';
import { DEFAULT_DIFFERENCES } from './stored-findings.js';

/** The name of the job that runs an import in the background. */
export const IMPORT_TASK = 'files.import';

export function createImportRunner(rooms: DoorParts) {
  const { database, spoolFolder, runFiles } = rooms;

  async function importFile(wish: ImportCall, part?: RunPart): Promise<RunReport> {
    const call = rooms.undoRows === undefined ? wish : { undoRows: rooms.undoRows, ...wish };
    for (const to of call.notify ?? []) rooms.checkNotify?.(to);
    const origin = toStarter(call, NOBODY_KNOWN);
    const known = await readCatalogOf(rooms, call, 'import');
    const prepared = await prepareImport(call, known, database, spoolFolder);
    const { stamp } = prepared;
    if (call.dryRun && !call.background) {
      call.onPlan?.(prepared.plan);
      return dryRun(prepared.settings, call, known);
    }
    const settings = await storeSource(prepared.settings, call.background);
    const run = await database
      .transaction(async (client) => {
        const { entity, source } = settings;
        const links = { notify: call.notify, firing: part?.firing };
        const kind = call.dryRun ? 'dry_run' : 'import';
        const wish = { kind, entity, title: source.name, settings, origin, ...links } as const;
        const id = await createRun(client, wish);
        if (settings.mappingName !== undefined && !call.dryRun) await learnFrom(client, settings);
        await part?.beside(client, id, source);
        if (call.background) await rooms.enqueue(client, IMPORT_TASK, { run: id });
        return id;
      })
      .catch(async (error) => {
        await runFiles.forget(settings.source);
        throw error;
      });
    call.onPlan?.({ ...prepared.plan, run });
    if (call.background) return readRunReport(database, run);
    const watch = stamp === undefined ? call : { ...call, sourceStamp: stamp };
    return execute(run, watch, part === undefined ? 'person' : 'queue');
  }

  /** Our own copy goes to where other machines find it before there is a run that one of them may take. */
  async function storeSource(settings: ImportSettings, background: boolean): Promise<ImportSettings> {
    try {
      return { ...settings, source: await runFiles.store(settings.source, !background) };
    } catch (error) {
      await forgetSource(settings.source);
      throw error;
    }
  }

  async function dryRun(settings: ImportSettings, call: ImportCall, known: Catalog): Promise<RunReport> {
    const plans = plansFor(settings, known, { kind: 'import', id: 'dry run' });
    const { failedRows, issuesTo } = call;
    const spool = (failedRows ?? issuesTo) ? await openIssueSpool(spoolFolder) : undefined;
    const files = await rooms.openFiles({ settings, plans, signal: call.signal });
    try {
      const report = await dryRunImport(database, settings, plans, call, spool, files);
      await forgetSource(settings.source);
      if (spool === undefined) return report;
      const count = issuesTo === undefined ? 0 : await writeIssuesFile(spool.list(), issuesTo);
      const rows =
        failedRows === undefined ? 0 : await writeFailedRowsFile(settings, inPages(spool.list()), failedRows);
      return {
        ...report,
        ...(issuesTo === undefined ? {} : { issuesFile: { count, file: issuesTo } }),
        ...(rows === 0 ? {} : { failedRows: { rows, file: failedRows! } }),
      };
    } finally {
      await files?.close();
      await spool?.remove();
    }
  }

  /** Runs to the end and reports; what is wrong with the run itself is in the report. */
  async function execute(id: string, watch: ImportWatch, taker: RunTaker = 'person'): Promise<RunReport> {
    const keepFailed: ImportRooms['keepFailed'] = async (run, settings, catalog, signal) =>
      void (await keepFailedRecords(rooms, run, settings, catalog, signal));
    await executeImport({ ...rooms, keepFailed, onEnd: rooms.tellOfEnd }, id, watch, taker);
    const patience = { runId: id, ms: rooms.patienceMs ?? 60_000, sleep: rooms.sleep, signal: watch.signal };
    const { counters } = await waitOut(patience, () => readRun(database, id));
    const [report, failedRows] = await Promise.all([
      waitOut(patience, () => readRunReport(database, id)),
      counters.failed === 0 ? undefined : findFailedRows(id),
    ]);
    if (failedRows === undefined) return report;
    return { ...report, failedRows: { ...failedRows, ...(await storeFailedRows(id, failedRows.file)) } };
  }

  /** The run is over, and its rows are in a file here and in the database: a storage that is away makes no failure of that. */
  async function storeFailedRows(id: string, file: string) {
    try {
      const stored = await runFiles.storeFailedRows(id, file);
      return stored === undefined ? {} : { stored };
    } catch (error) {
      if (!(error instanceof DovetailError)) throw error;
      const notStored = `${error.detail} (${error.code})`;
      const code = 'FILES-152';
      const hint = `\`dovetail runs errors ${id} --failed-rows FILE\` writes them wherever they are wanted.`;
      const issue = {
        severity: 'warning',
        code,
        message: `The file of failed rows is not in the storage: ${notStored}`,
        hint,
      } as const;
      await database.transaction((client) => saveIssues(client, id, [issue])).catch(() => {});
      return { notStored };
    }
  }

  /** Writes the failed rows to where the run's settings say, or into the data folder; undefined if there are none. */
  async function findFailedRows(id: string) {
    const { run, settings } = await readImport(id);
    if (settings.batch?.legs !== undefined) {
      const kept = toFailedRecordsPath(rooms.dataFolder, id);
      return (await isThere(kept)) ? { rows: run.counters.failed, file: kept } : undefined;
    }
    const file =
      settings.failedRows ?? join(rooms.dataFolder, 'runs', `${id}-failed.${extensionOf(settings)}`);
    const pages = listIssuePages(database, id, { severity: 'error' });
    const rows = await writeFailedRowsFile(settings, pages, file);
    return rows === 0 ? undefined : { rows, file };
  }

  /**
   * For a job. A run whose holder was stopped, or is cut off, is free once its lease has run out: that is waited for, as
   * the delay of a job that failed grows with each attempt.
   */
  async function executeOnceFree(id: string, watch: ImportWatch): Promise<void> {
    const { kind } = await readRun(database, id);
    const longest = 2_000 * (rooms.leaseSeconds ?? LEASE_SECONDS);
    for (let waited = 0; ; waited += 500) {
      try {
        const ending = { ...rooms, onEnd: rooms.tellOfEnd };
        const most = rooms.differences ?? DEFAULT_DIFFERENCES;
        if (kind === 'undo') await executeUndo(ending, id, watch, 'queue');
        else if (kind === 'dry_run') await executeDryRun(ending, id, most, watch, 'queue');
        else if (kind === 'export') await executeExport(rooms, id, watch);
        else await execute(id, watch, 'queue');
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

  async function finishImport(run: string, signal: AbortSignal): Promise<RunReport> {
    await executeOnceFree(run, { signal, onProgress: () => {}, confirmRemoval: refuseToAnswer });
    signal.throwIfAborted();
    return readRunReport(database, run);
  }

  return { importFile, execute, executeOnceFree, findFailedRows, readImport, finishImport } as const;
}

/** Whoever imports with a mapping of theirs confirms what it says of the names of columns. */
async function learnFrom(client: Queryable, { mapping, mappingName }: ImportSettings): Promise<void> {
  await learnSynonyms(client, mapping, basename(mappingName ?? 'of a run'));
}

function extensionOf(settings: ImportSettings): string {
  return failedRowsFormat(settings.format);
}
