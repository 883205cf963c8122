// What tests of schedules have at hand: a database, the door `files` with a folder it may use, a clock that stands still, and a
// worker that does what is in the queue when the test says so.
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFilesDoor, type FilesDoor, type FilesRooms } from '../../src/doors/files/files-door.js';
import { toPlace } from '../../src/doors/files/schedules/place.js';
import type { ExportSchedule, ImportSchedule } from '../../src/doors/files/schedules/schedule-settings.js';
import type { ScheduleWish } from '../../src/doors/files/schedules/schedules-services.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { type Firing, tickSchedules } from '../../src/engine/jobs/schedules/index.js';
import type { Clock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';

export interface ScheduleFixture {
  readonly database: Database;
  readonly url: string;
  readonly folder: string;
  readonly files: FilesDoor;
  /** Moments of the standing clock. */
  setClock(moment: string): void;
  now(): Date;
  /** Called whenever somebody waits: what happens meanwhile. */
  whileWaiting(work: () => Promise<void>): void;
  /** Writes a file, last changed an hour before the clock. */
  write(path: string, content: string): Promise<void>;
  ls(folder: string): Promise<readonly string[]>;
  addImport(
    name: string,
    wish: Partial<ImportSchedule> & { readonly from: ImportSchedule['from'] },
    timing?: Partial<ScheduleWish>,
  ): Promise<void>;
  addExport(name: string, settings: ExportSchedule): Promise<void>;
  place(text: string): ImportSchedule['from'];
  /** Fires what is due and does it; returns what came of the schedule's last firing. */
  tick(name: string, moment: string): Promise<Firing>;
  /** Does every job of the queue, in order; returns the names of the others' tasks with their payloads. */
  work(): Promise<readonly { readonly task: string; readonly payload: unknown }[]>;
  rows(sql: string): Promise<readonly unknown[][]>;
  drop(): Promise<void>;
}

export async function createScheduleFixture(
  ddl: string,
  rooms: Partial<FilesRooms> = {},
): Promise<ScheduleFixture> {
  const test = await createTestDatabase();
  const { database } = test;
  await migrate(database);
  await installJobs(database);
  await database.query(ddl);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-schedules-'));
  let now = new Date('2026-06-01T00:00:30Z');
  let meanwhile: (() => Promise<void>) | undefined;
  const clock: Clock = {
    now: () => now,
    every: () => () => {},
    async sleep(ms) {
      now = new Date(now.getTime() + ms);
      await meanwhile?.();
    },
  };
  const files = createFilesDoor({
    database,
    catalog: createCatalog({ database }),
    dataFolder: join(folder, 'data'),
    enqueue: (client, task, payload) => addJob(client, task, payload),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    clock,
    places: { roots: [folder], storages: {} },
    ...rooms,
  });
  const createdBy = { kind: 'user', id: 'ada' } as const;
  const timing = { cron: '0 3 * * *', timeZone: 'UTC', windows: [], overlap: 'skip', createdBy } as const;
  const at: ScheduleFixture = {
    database,
    url: test.url,
    folder,
    files,
    setClock(moment) {
      now = new Date(moment);
    },
    now: () => now,
    whileWaiting(work) {
      meanwhile = work;
    },
    async write(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
      const before = new Date(now.getTime() - 3_600_000);
      await utimes(join(folder, path), before, before);
    },
    ls: async (path) => (await readdir(join(folder, path)).catch(() => [])).toSorted(),
    async addImport(name, wish, other = {}) {
      const settings: ImportSchedule = {
        call: { entity: 'item', onError: 'skip', formatOptions: {} },
        sameContent: 'new',
        settleSeconds: 5,
        ...wish,
      };
      await files.schedules.add({ ...timing, ...other, name, does: { kind: 'import', settings } });
    },
    async addExport(name, settings) {
      await files.schedules.add({ ...timing, name, does: { kind: 'export', settings } });
    },
    place: (text) => toPlace(text, folder),
    async tick(name, moment) {
      now = new Date(moment);
      await tickSchedules(database, now);
      await at.work();
      return (await files.schedules.read(name)).last!;
    },
    async work() {
      const others: { task: string; payload: unknown }[] = [];
      for (;;) {
        const { rows } = await database.query<{ id: string; task: string; payload: unknown }>(
          `delete from dovetail_jobs._private_jobs j using dovetail_jobs._private_tasks t
           where t.id = j.task_id and j.id = (select min(id) from dovetail_jobs._private_jobs) returning j.id, t.identifier as task, j.payload`,
        );
        const job = rows[0];
        if (job === undefined) return others;
        const task = (files.tasks as Record<string, (payload: unknown, job: never) => Promise<void>>)[
          job.task
        ];
        const context = { id: job.id, attempt: 10, maxAttempts: 10, signal: new AbortController().signal };
        if (task === undefined) others.push({ task: job.task, payload: job.payload });
        else await task(job.payload, context as never).catch(() => {});
      }
    },
    async rows(sql) {
      return (await database.pool.query({ text: sql, rowMode: 'array' })).rows;
    },
    async drop() {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return at;
}
