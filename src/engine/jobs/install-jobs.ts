// The queue's own schema: graphile-worker makes and changes it, we only say where, and drop it.
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { ident } from '../../foundation/postgres/sql-text.js';
import { openQueueDatabase } from './queue-database.js';
import { createQueueLogger } from './queue-logger.js';

export const JOBS_SCHEMA = 'dovetail_jobs';

/** Creates the queue's schema, or brings it up to date. May be called by any number of processes at once. */
export async function installJobs(database: Database): Promise<void> {
  const library = await import('graphile-worker');
  const own = openQueueDatabase(database, 2);
  try {
    await library.runMigrations({
      pgPool: own.pool,
      schema: JOBS_SCHEMA,
      taskList: {},
      logger: createQueueLogger(library),
    });
  } finally {
    await own.close();
  }
}

/** What `installJobs` creates where nothing of it is there: the library's own scripts, in order. */
export async function readJobsScripts(): Promise<readonly string[]> {
  const { migrations } = await import('graphile-worker/dist/generated/sql.js');
  const schema = ident(JOBS_SCHEMA);
  return [
    `create schema ${schema}`,
    `create table ${schema}.migrations (\n  id int primary key,\n  ts timestamptz default now() not null,\n  breaking boolean not null default false\n)`,
    ...Object.values(migrations).map((script) => script.replace(/:GRAPHILE_WORKER_SCHEMA\b/g, schema)),
  ];
}

/** Drops the queue with every job in it. Does nothing if it is not there. */
export async function uninstallJobs(database: Queryable): Promise<void> {
  await database.query(`drop schema if exists ${ident(JOBS_SCHEMA)} cascade`);
}
