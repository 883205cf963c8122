// A database, a file and the processes that import it; and how the end is compared with that of an undisturbed import.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor, type FilesDoor } from '../../src/doors/files/files-door.js';
import type { ImportCall, ImportWatch } from '../../src/doors/files/import/import-call.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { type Counters, type Run, readRun } from '../../src/engine/pipeline/index.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase } from '../support/test-database.js';
import { compileProduct } from './compiled-product.js';
import { eventually, type FaultProcess, type ProcessWish, startProcess } from './fault-process-control.js';
import type { FaultStory } from './fault-story.js';

export const CHUNK_ROWS = 500;

/** How often each test that repeats something does so. */
export const ROUNDS = Number(process.env['DOVETAIL_FAULT_ROUNDS'] ?? '20');

/** What must be the same however an import was disturbed. */
export interface Outcome {
  readonly state: string;
  readonly counters: Counters;
  readonly issues: readonly string[];
  readonly records: readonly string[];
}

export interface FaultFixture {
  readonly database: Database;
  readonly url: string;
  readonly folder: string;
  readonly files: FilesDoor['services'];
  /** A watch that follows nothing and says yes. */
  watch(changes?: Partial<ImportWatch>): ImportWatch;
  /** The door in this process with its usual patience, over another way to the database if one is given. */
  patiently(database?: Database): Resumer;
  /** The door in this process with so many milliseconds of patience. */
  impatiently(ms: number): Resumer;
  /** Path of the story's source. */
  readonly path: string;
  /** Puts the tables back to where they were. */
  refill(): Promise<void>;
  /** A command line in a process of its own, on this database. */
  command(args: readonly string[], wish?: ProcessWish): FaultProcess;
  /** A worker in a process of its own. */
  worker(wish?: ProcessWish): FaultProcess;
  /** The id of the newest run, once there is one younger than `after`. */
  newRun(after: string): Promise<string>;
  lastRun(): Promise<string>;
  /** Rows of the source that are committed. */
  readRows(run: string): Promise<number>;
  /** Waits until nobody holds the run any more. */
  abandoned(run: string): Promise<Run>;
  /** True if the run has come to an end, whichever. */
  isOver(run: string): Promise<boolean>;
  readOutcome(run: string): Promise<Outcome>;
  /** The outcome of the same import without any fault. Leaves the tables as that import does. */
  undisturbed(run: string): Promise<Outcome>;
  /** Makes a run that waits to be resumed, or for a worker if `queued`. */
  createRun(wish?: Partial<ImportCall>, queued?: boolean): Promise<string>;
  drop(): Promise<void>;
}

/** Resumes a run; returns what it threw, or undefined. */
export interface Resumer {
  resume(run: string, changes?: Partial<ImportWatch>): Promise<unknown>;
}

/** `given`: a database elsewhere than on the shared server. */
export async function createFaultFixture(
  story: FaultStory,
  given?: { readonly database: Database; readonly url: string },
): Promise<FaultFixture> {
  const test = given === undefined ? await createTestDatabase() : undefined;
  const { database, url } = given ?? test!;
  await migrate(database);
  await installJobs(database);
  await database.query(story.tables);
  const product = compileProduct();
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-faults-'));
  const dataFolder = join(folder, 'data');
  const path = join(folder, `${story.entity}.csv`);
  await writeFile(path, story.source);
  const started: FaultProcess[] = [];
  let enqueues = false;
  const openDoor = (way: Database, patienceMs?: number) =>
    createFilesDoor({
      database: way,
      catalog: createCatalog({ database: way }),
      enqueue: async (client, task, payload) => {
        if (enqueues) await addJob(client, task, payload);
      },
      dataFolder,
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
      ...(patienceMs === undefined ? {} : { patienceMs }),
    }).services;
  const files = openDoor(database);
  const watch = (changes: Partial<ImportWatch> = {}) => ({
    ...toCall({ confirmRemoval: async () => true }),
    ...changes,
  });
  const resumer = (door: FilesDoor['services']): Resumer => ({
    resume: (run, changes) =>
      door.resumeRun(run, watch(changes)).then(
        () => undefined,
        (error: unknown) => error,
      ),
  });

  const refill = async () => void (await database.query(story.fill));
  const start = (script: string, args: readonly string[], wish?: ProcessWish) => {
    const process = startProcess(script, args, wish);
    started.push(process);
    return process;
  };
  const lastRun = async () => {
    const { rows } = await database.query<{ id: string }>(
      'select coalesce(max(id), 0)::text as id from dovetail.runs',
    );
    return rows[0]!.id;
  };
  const createRun: FaultFixture['createRun'] = async (wish = {}, queued = false) => {
    enqueues = queued;
    const call = toCall({ entity: story.entity, chunkRows: CHUNK_ROWS, background: true, ...wish });
    const { run } = await files.import({ source: { path }, ...call });
    return run!;
  };
  const readOutcome = async (run: string): Promise<Outcome> => {
    const { state, counters } = await readRun(database, run);
    const issues = await database.query<{ issue: string }>(
      `select concat_ws('|', severity, row, line, "column", field, value, code, message, hint, cells) as issue
       from dovetail.run_errors where run_id = $1 order by 1`,
      [run],
    );
    const records = await database.query<{ concat_ws: string }>(story.snapshot);
    return {
      state,
      counters,
      issues: issues.rows.map((row) => row.issue),
      records: records.rows.map((row) => row.concat_ws),
    };
  };

  await refill();
  return {
    database,
    url,
    folder,
    files,
    watch,
    patiently: (way = database) => resumer(openDoor(way)),
    impatiently: (ms) => resumer(openDoor(database, ms)),
    path,
    refill,
    command: (args, wish) =>
      start(product.entry, ['cli', ...args, '--database', url, '--data-folder', dataFolder], wish),
    worker: (wish) => start(product.entry, ['work', url, dataFolder], wish),
    newRun: (after) =>
      eventually(async () => {
        const id = await lastRun();
        return id !== after && id;
      }),
    lastRun,
    async readRows(run) {
      const { rows } = await database.query<{ read: string }>(
        'select coalesce(sum(read), 0) as read from dovetail.run_checkpoints where run_id = $1',
        [run],
      );
      return Number(rows[0]!.read);
    },
    abandoned: (run) =>
      eventually(async () => {
        const found = await readRun(database, run);
        return found.interrupted && found;
      }),
    async isOver(run) {
      const { state } = await readRun(database, run);
      return state !== 'running' && state !== 'queued';
    },
    readOutcome,
    createRun,
    async undisturbed(run) {
      const { settings } = await readRun(database, run);
      await refill();
      const other = await createRun();
      const own = (await readRun(database, other)).settings as { readonly source: object };
      // The same settings, the dealing of rows to writers among them: so that chunks are cut alike.
      await database.query('update dovetail.runs set settings = $2 where id = $1', [
        other,
        JSON.stringify({ ...(settings as object), source: own.source }),
      ]);
      await files.resumeRun(other, watch());
      return readOutcome(other);
    },
    async drop() {
      for (const process of started) process.child.kill('SIGKILL');
      await Promise.all(started.map((process) => process.ended));
      product.remove();
      await (test === undefined ? database.close() : test.drop());
      await rm(folder, { recursive: true, force: true });
    },
  };
}
