// A load from the first pending file to the last, and its dry run.
import type { Catalog, CatalogService } from '../../engine/catalog/index.js';
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Client, Database } from '../../foundation/postgres/database.js';
import { type ApplyContext, applyFile, rehearseFile, toProblem, toReport } from './apply/apply-file.js';
import { readScript } from './apply/apply-script.js';
import type { LoadFolder } from './folder/read-folder.js';
import type { FileProblem, FileReport, LoadCall, LoadReport } from './load-services.js';
import { type LoadPlan, listEntities, orderByCatalog, type PendingFile } from './plan/load-plan.js';
import { RecordKeys } from './symbols/record-keys.js';

export interface LoadRun {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly sleep: (ms: number) => Promise<void>;
  readonly folder: LoadFolder;
  readonly plan: LoadPlan;
  readonly call: LoadCall;
}

type Ending = Pick<LoadReport, 'state' | 'files' | 'left'>;

/** Throws the first problem of the plan, if there is one, before anything is applied. */
export async function applyPending(run: LoadRun): Promise<LoadReport> {
  const [problem, ...more] = run.plan.problems;
  if (problem !== undefined) throw more.length === 0 ? problem : withMore(problem, more.length);
  const begun = Date.now();
  return report(run, begun, await applyAll(run));
}

async function applyAll(run: LoadRun): Promise<Ending> {
  const { call, plan } = run;
  const keys = new RecordKeys(plan.symbols);
  const files: FileReport[] = [];
  let left = plan.pending;
  let catalog: Catalog | undefined;
  while (left.length > 0) {
    if (call.signal.aborted) return { state: 'cancelled', files, left: left.map(({ path }) => path) };
    // What a script made is in the catalog before a fixture fills it, and may change the order of what is left.
    if (left[0]!.kind !== 'script' && catalog === undefined) {
      catalog = await run.catalog.read();
      left = orderByCatalog(left, catalog);
    }
    const file = left[0]!;
    const context = toContext(run, keys, catalog ?? EMPTY_CATALOG, file, files.length + 1);
    try {
      const done = await applyFile(context, file);
      files.push(done);
      call.onFile?.(done);
      if (done.outcome === 'failed') return { state: 'failed', files, left: left.map(({ path }) => path) };
    } catch (error) {
      if (!(error instanceof DovetailError) || error.code !== 'LOAD-305') throw error;
      return { state: 'cancelled', files, left: left.map(({ path }) => path) };
    }
    left = left.slice(1);
    if (file.kind === 'script') catalog = undefined;
  }
  return { state: 'completed', files, left: [] };
}

/** Scripts know nothing of it. */
const EMPTY_CATALOG: Catalog = { entities: new Map(), fingerprint: '' };

function toContext(
  run: LoadRun,
  keys: RecordKeys,
  catalog: Catalog,
  file: PendingFile,
  number: number,
): ApplyContext {
  const { call, plan, database, sleep, folder } = run;
  return {
    database,
    sleep,
    catalog,
    keys,
    folder: folder.name,
    environment: call.environment,
    signal: call.signal,
    onRows: (rows) => call.onProgress?.({ file: file.path, number, files: plan.pending.length, rows }),
    onWait: () => call.onWait?.(file.path),
    confirmRemoval: call.confirmRemoval ?? (async () => false),
  };
}

/**
 * What a load would do. Fixtures are really written, in one transaction that is rolled back; scripts are only read, so what
 * builds on one that is not applied yet can't be told.
 */
export async function rehearsePending(run: LoadRun): Promise<LoadReport> {
  const begun = Date.now();
  const files = await run.database.withClient(async (client) => {
    await client.query('begin');
    try {
      return await rehearseAll(run, client);
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
  const failed = run.plan.problems.length > 0 || files.some(({ outcome }) => outcome === 'failed');
  const state = run.call.signal.aborted ? 'cancelled' : failed ? 'failed' : 'completed';
  return report(run, begun, { state, files, left: [] });
}

async function rehearseAll(run: LoadRun, client: Client): Promise<readonly FileReport[]> {
  const keys = new RecordKeys(run.plan.symbols);
  const catalog = await run.catalog.read();
  const files: FileReport[] = [];
  const unsure = new Set<string>();
  for (const file of orderByCatalog(run.plan.pending, catalog)) {
    if (run.call.signal.aborted) break;
    const context = toContext(run, keys, catalog, file, files.length + 1);
    const why = whyUnjudged(run, file, catalog, unsure);
    const done =
      why === undefined ? await rehearseFile(context, client, file) : await leaveUnjudged(file, why);
    if (done.outcome !== 'would apply') unsure.add(file.path);
    files.push(done);
    run.call.onFile?.(done);
  }
  return files;
}

function whyUnjudged(
  run: LoadRun,
  file: PendingFile,
  catalog: Catalog,
  unsure: ReadonlySet<string>,
): string | undefined {
  if (run.plan.problems.some(({ pointer }) => pointer?.file === file.path)) return 'It has errors.';
  if (file.kind === 'script') return "What a script does can't be told before it is run.";
  const written = file.kind === 'table' ? 1 : (file.document?.entities.size ?? 0);
  if (listEntities(file, catalog).length < written && hasScriptBefore(run, file, unsure)) {
    return 'Its entities are not there yet; a script before it may make them.';
  }
  const needed = [...file.refersTo, ...file.after].find((path) => unsure.has(path));
  return needed === undefined ? undefined : `It builds on ${needed}.`;
}

const hasScriptBefore = (run: LoadRun, file: PendingFile, unsure: ReadonlySet<string>): boolean =>
  run.plan.pending.some((one) => one.kind === 'script' && one !== file && unsure.has(one.path));

async function leaveUnjudged(file: PendingFile, why: string): Promise<FileReport> {
  const note: FileProblem = { severity: 'note', code: 'LOAD', message: why };
  const count = (rows: readonly unknown[]) => rows.length;
  const about = file.kind === 'script' ? { statements: await readScript(file).then(count, () => 0) } : {};
  return toReport(file, 'unjudged', Date.now(), { ...about, problems: [note] });
}

function report(run: LoadRun, begun: number, ending: Ending): LoadReport {
  const { folder, plan, call } = run;
  return {
    folder: folder.name,
    ...(call.environment === undefined ? {} : { environment: call.environment }),
    dryRun: call.dryRun,
    ...ending,
    unchanged: plan.unchanged,
    problems: plan.problems.map((error) => ({ ...toProblem(error), ...fileOf(error) })),
    ignored: folder.ignored,
    seconds: (Date.now() - begun) / 1000,
  };
}

const fileOf = ({ pointer }: DovetailError) => (pointer?.file === undefined ? {} : { file: pointer.file });

function withMore(problem: DovetailError, more: number): DovetailError {
  const count = more === 1 ? 'one problem more' : `${more} problems more`;
  const hint = `${problem.hint === undefined ? '' : `${problem.hint} `}There is ${count}; \`dovetail load --dry-run\` lists them all.`;
  const { code, title, consequence, detail, pointer } = problem;
  return new DovetailError(
    code,
    { title, consequence },
    { detail, hint, ...(pointer === undefined ? {} : { pointer }) },
  );
}
