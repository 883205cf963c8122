// Whether our schemas are in the database, and who may put them there.
import type { DatabaseTarget } from './app-database.js';
import { appError } from './app-errors.js';
import { installJobs, JOBS_SCHEMA } from './engine/jobs/install-jobs.js';
import type { Database } from './foundation/postgres/database.js';
import { planInstall } from './foundation/postgres/install.js';
import { migrate } from './foundation/postgres/migrations.js';

/** Creates whatever of ours is missing. Runs any number of times, by any number of processes. */
export async function setUpDatabase(database: Database): Promise<void> {
  await migrate(database);
  await installJobs(database);
}

/** Sets up a database that is ours alone; throws APP-105 for another one that is not completely set up. */
export async function prepareDatabase(database: Database, target: DatabaseTarget): Promise<void> {
  const { steps } = await planInstall(database, { jobsSchema: JOBS_SCHEMA });
  if (steps.length === 0) return;
  if (target.ours) return setUpDatabase(database);
  throw appError(105, {
    detail: `In ${target.says} ${steps.length === 1 ? 'one step' : `${steps.length} steps`} of the set-up are still to be done.`,
    hint: 'Run `dovetail init`: it prints every statement and asks before it runs them.',
  });
}
