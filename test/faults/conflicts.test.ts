// Other sessions in the way: deadlocks and serialization failures cost a repeated chunk and nothing else.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';

const story = createArticleStory(6_000, 20_265);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
  // Where it is told to: fails as a statement under a stricter isolation would. A sequence counts, rolled back or not.
  await at.database.query(`
    create sequence refusals;
    create function be_in_the_way() returns trigger language plpgsql as $$
      begin
        if not pg_try_advisory_xact_lock_shared(4711) then
          perform nextval('refusals');
          raise exception 'could not serialize access' using errcode = 'serialization_failure';
        end if;
        return null;
      end $$;
    create trigger be_in_the_way after insert on article for each statement execute function be_in_the_way();`);
});
afterAll(() => at?.drop());
beforeEach(() => at.refill());

describe('a chunk that', () => {
  it('is the victim of a deadlock is written again', async () => {
    const run = await at.createRun({ writers: 1 });
    const importing = at.patiently().resume(run);
    await eventually(async () => (await at.readRows(run)) > 0);
    const other = await at.database.pool.connect();
    // The importing session looks for deadlocks first, and so is the one that gives way.
    await other.query(`set deadlock_timeout = '60s'; begin`);
    await other.query('update dovetail.run_checkpoints set row = row where run_id = $1', [run]);
    await eventually(async () => {
      const { rows } = await at.database.query<{ waits: boolean }>(
        `select cardinality(pg_blocking_pids(pid)) > 0 as waits from pg_stat_activity
         where datname = current_database() and starts_with(application_name, $1)`,
        [`dovetail run ${run}/`],
      );
      return rows.some((row) => row.waits);
    });
    // The chunk holds rows of articles and waits for the checkpoint; this holds the checkpoint and waits for articles.
    await other.query('lock table article in share mode');
    await other.query('rollback; reset deadlock_timeout');
    other.release();
    expect(await importing).toBeUndefined();
    // The server counts them a moment later.
    await eventually(async () => {
      const { rows } = await at.database.query<{ deadlocks: string }>(
        'select deadlocks from pg_stat_database where datname = current_database()',
      );
      return Number(rows[0]!.deadlocks) === 1;
    });
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  });

  it('meets serialization failures is written again until they are over', async () => {
    const other = await at.database.pool.connect();
    await other.query('select pg_advisory_lock(4711)');
    const run = await at.createRun();
    const importing = at.patiently().resume(run);
    await eventually(async () => {
      const { rows } = await at.database.query<{ last_value: string }>('select last_value from refusals');
      return Number(rows[0]!.last_value) >= 4;
    });
    await other.query('select pg_advisory_unlock(4711)');
    other.release();
    expect(await importing).toBeUndefined();
    const outcome = await at.readOutcome(run);
    expect(outcome.issues.filter((issue) => issue.includes('serialize'))).toEqual([]);
    expect(outcome).toEqual(await at.undisturbed(run));
  });
});
