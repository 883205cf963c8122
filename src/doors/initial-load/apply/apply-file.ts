// One file, one transaction: its records or statements, their runs, and the note that it was applied are committed together
// or not at all. Kill it anywhere: the file is applied wholly or not, and the next load goes on from there.
import type { Catalog } from '../../../engine/catalog/index.js';
import { databaseWeather } from '../../../engine/pipeline/database-weather.js';
import { createRun, endRun, saveIssues } from '../../../engine/pipeline/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { loadError } from '../load-errors.js';
import type { FileOutcome, FileProblem, FileReport, RemovalQuestion } from '../load-services.js';
import { lockLoading, readLoadedFiles, saveLoadedFile } from '../loaded-files-store.js';
import type { PendingFile } from '../plan/load-plan.js';
import type { RecordKeys } from '../symbols/record-keys.js';
import { applyDocument } from './apply-document.js';
import { applyScript } from './apply-script.js';
import { applyTable } from './apply-table.js';
import type { FixtureContext, FixtureOutcome } from './fixture-context.js';

export interface ApplyContext {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly folder: string;
  readonly environment: string | undefined;
  readonly keys: RecordKeys;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onRows: (rows: number) => void;
  readonly onWait: () => void;
  readonly confirmRemoval: (removal: RemovalQuestion) => Promise<boolean>;
}

const MOST_CONFLICTS = 10;
const MOST_PROBLEMS = 100;

/** Applies the file; what is wrong with it is in the report. Throws for a database that is away, and LOAD-305 when stopped. */
export async function applyFile(context: ApplyContext, file: PendingFile): Promise<FileReport> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await tryFile(context, file);
    } catch (error) {
      // What was found in a transaction that was rolled back may not be there.
      context.keys.forget();
      if (context.signal.aborted) throw stopped(file);
      if (databaseWeather(error) !== 'conflict' || conflicts >= MOST_CONFLICTS) throw error;
      await context.sleep(20 * (conflicts + 1));
    }
  }
}

async function tryFile(context: ApplyContext, file: PendingFile): Promise<FileReport> {
  const begun = Date.now();
  const client = await context.database.pool.connect();
  // A script may have changed settings of the session; of a connection that is lost the query that meets it tells.
  let spent = file.kind === 'script';
  const onError = (): void => {
    spent = true;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    await lockLoading(client, context.onWait);
    const before = (await readLoadedFiles(client, context.folder, file.path)).get(file.path);
    if (before !== undefined && (before.checksum === file.checksum || !file.again)) {
      await client.query('rollback');
      return toReport(file, 'elsewhere', begun);
    }
    const applied = await applyContent(context, client, file, false);
    if (applied.failed > 0) {
      await client.query('rollback');
      context.keys.forget();
      await keepFailedRun(context, file, applied);
      return applied.report('failed', begun);
    }
    await saveLoadedFile(client, {
      folder: context.folder,
      path: file.path,
      version: file.version,
      checksum: file.checksum,
      environment: context.environment,
      milliseconds: Date.now() - begun,
      counters: applied.counters,
      runs: applied.entities.flatMap(({ run }) => run ?? []),
    });
    await client.query('commit');
    return applied.report('applied', begun);
  } catch (error) {
    await client.query('rollback').catch(ignore);
    const refused = toRefusal(file, error);
    if (refused === undefined || context.signal.aborted) throw error;
    context.keys.forget();
    return toReport(file, 'failed', begun, { problems: [refused], problemCount: 1 });
  } finally {
    client.off('error', onError);
    client.release(spent);
  }
}

/** In a transaction that will be rolled back: what the file would do. Scripts are not run. */
export async function rehearseFile(
  context: ApplyContext,
  client: Client,
  file: PendingFile,
): Promise<FileReport> {
  const begun = Date.now();
  await client.query('savepoint rehearsal');
  const takeBack = async (): Promise<void> => {
    await client.query('rollback to savepoint rehearsal');
    context.keys.forget();
  };
  try {
    const applied = await applyContent(context, client, file, true);
    if (applied.failed > 0) await takeBack();
    return applied.report(applied.failed > 0 ? 'failed' : 'would apply', begun);
  } catch (error) {
    await takeBack().catch(ignore);
    const refused = toRefusal(file, error);
    if (refused === undefined || context.signal.aborted) throw error;
    return toReport(file, 'failed', begun, { problems: [refused], problemCount: 1 });
  }
}

interface Applied extends Pick<FixtureOutcome, 'entities' | 'issues' | 'failed'> {
  readonly counters: unknown;
  readonly report: (outcome: FileOutcome, begun: number) => FileReport;
}

async function applyContent(
  context: ApplyContext,
  client: Client,
  file: PendingFile,
  rehearsal: boolean,
): Promise<Applied> {
  const { catalog, keys, signal, onRows, confirmRemoval, database } = context;
  const title = `${context.folder}/${file.path}`;
  if (file.kind === 'script') {
    const done = await applyScript(client, database, { file, title, signal, onRows });
    const report = (outcome: FileOutcome, begun: number) => toReport(file, outcome, begun, done);
    return { entities: [], issues: [], failed: 0, counters: done, report };
  }
  const fixture: FixtureContext = {
    client,
    catalog,
    file,
    title,
    keys,
    rehearsal,
    signal,
    onRows,
    confirmRemoval,
  };
  const done =
    file.document === undefined ? await applyTable(fixture) : await applyDocument(fixture, file.document);
  const found = done.issues.map((issue): FileProblem => {
    const { severity, code, message, hint, line, column, field, value, entity } = issue;
    const known = Object.entries({ hint, line, column, field, value }).filter(
      ([, said]) => said !== undefined,
    );
    return { severity, code, message, entity, ...Object.fromEntries(known) };
  });
  const more = {
    entities: done.entities,
    problems: found.slice(0, MOST_PROBLEMS),
    problemCount: found.length,
  };
  const counters = Object.fromEntries(done.entities.map((one) => [one.entity, one.counters]));
  return { ...done, counters, report: (outcome, begun) => toReport(file, outcome, begun, more) };
}

/** So that `dovetail runs` shows the failure too, with every error. */
async function keepFailedRun(context: ApplyContext, file: PendingFile, applied: Applied): Promise<void> {
  const title = `${context.folder}/${file.path}`;
  const failing = applied.entities.find(({ counters }) => counters.failed > 0)!;
  await context.database.transaction(async (client) => {
    const origin = { kind: 'import', id: 'load', correlationId: title };
    const settings = { strategy: failing.strategy };
    const run = await createRun(client, { kind: 'load', entity: failing.entity, title, settings, origin });
    await saveIssues(
      client,
      run,
      applied.issues.filter(({ entity }) => entity === failing.entity),
    );
    const { failed } = failing.counters;
    const error = loadError(301, {
      detail: `${failed} ${failed === 1 ? 'record' : 'records'} of ${title} can't be written; nothing of the file was kept.`,
      hint: 'Mend the file and load again.',
    });
    await endRun(client, run, '0', 'failed', { code: error.code, detail: error.detail, hint: error.hint });
  });
}

/** What is wrong with the file itself; undefined for what is not its fault. */
function toRefusal(file: PendingFile, error: unknown): FileProblem | undefined {
  if (error instanceof DovetailError) return toProblem(error);
  const { code, message } = error as { code?: unknown; message?: string };
  if (databaseWeather(error) !== 'none' || typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code))
    return undefined;
  return { severity: 'error', code: 'LOAD-301', message: `${file.path}: ${message} (${code}).` };
}

export function toProblem(error: DovetailError): FileProblem {
  const { line, column, field, entity } = error.pointer ?? {};
  const known = Object.entries({ hint: error.hint, line, column, field, entity }).filter(
    ([, said]) => said !== undefined,
  );
  return { severity: 'error', code: error.code, message: error.detail, ...Object.fromEntries(known) };
}

export function toReport(
  file: PendingFile,
  outcome: FileOutcome,
  begun: number,
  more: Partial<FileReport> = {},
): FileReport {
  const { path, version, kind, again } = file;
  return {
    path,
    ...(version === undefined ? {} : { version }),
    kind,
    outcome,
    again,
    seconds: (Date.now() - begun) / 1000,
    entities: [],
    problems: [],
    problemCount: 0,
    ...more,
  };
}

const stopped = (file: PendingFile) =>
  loadError(305, {
    detail: `Stopped while ${file.path} was applied; nothing of it was kept.`,
    hint: 'Everything before it is applied. To go on: dovetail load.',
    pointer: { file: file.path },
  });

const ignore = (): void => {};
