// A worker that was stopped and wakes up again: another has its import by then, and its own writing is over.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitChunk } from '../../src/engine/pipeline/chunk-transaction.js';
import { claimRun } from '../../src/engine/pipeline/run-claim.js';
import { holdFence } from '../../src/engine/pipeline/run-fence.js';
import { renewLease } from '../../src/engine/pipeline/run-store.js';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';

const SHORT_LEASE = { env: { FAULT_LEASE_SECONDS: '2' } };
const story = createArticleStory(8_000, 20_264);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
});
afterAll(() => at?.drop());

/** Waits until a writer of the run stands in its transaction before the lock on `article`. */
const stuckWriter = (run: string) =>
  eventually(async () => {
    const { rowCount } = await at.database.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
         and starts_with(application_name, $1)`,
      [`dovetail run ${run}/`],
    );
    return rowCount !== 0;
  });

describe('a worker stopped past its lease', () => {
  it('in the middle of a chunk holds nobody up, cannot commit when it goes on, and says why', async () => {
    await at.refill();
    const run = await at.createRun({}, true);
    const stopped = at.worker(SHORT_LEASE);
    await eventually(async () => (await at.readRows(run)) > 0);
    // Caught inside a transaction that holds the fence.
    const blocker = await at.database.pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table article in share row exclusive mode');
    await stuckWriter(run);
    stopped.child.kill('SIGSTOP');
    await blocker.query('rollback');
    blocker.release();
    const other = at.worker(SHORT_LEASE);
    await eventually(() => at.isOver(run));
    const outcome = await at.readOutcome(run);
    expect(outcome.state).toBe('completed_with_errors');
    stopped.child.kill('SIGCONT');
    await eventually(() => stopped.said().includes('PIPELINE-104') || stopped.child.exitCode !== null);
    expect(stopped.said()).toMatch(/"code":"PIPELINE-104".*was taken over by another process/);
    expect(await at.readOutcome(run)).toEqual(outcome);
    expect(outcome).toEqual(await at.undisturbed(run));
    await stopped.kill();
    await other.kill();
  }, 120_000);
});

describe('the fence of a run', () => {
  it('lets the lease be renewed and the run be cancelled while a chunk is being written', async () => {
    const run = await at.createRun();
    const [owner, writer] = [await at.database.pool.connect(), await at.database.pool.connect()];
    const { fence } = await claimRun(owner, run, 15, 'person');
    await writer.query('begin');
    await holdFence(writer, { id: run, fence }, 0);
    // Neither of them waits for the writer.
    expect(await renewLease(at.database, run, fence, 15, true)).toBe('held');
    expect(await at.files.cancelRun(run)).toBe('requested');
    expect(await renewLease(at.database, run, fence, 15, true)).toBe('cancel');
    await writer.query('rollback');
    writer.release();
    owner.release();
  });

  it('refuses a chunk under an old token, and leaves nothing of it', async () => {
    await at.refill();
    const run = await at.createRun();
    const [first, second] = [await at.database.pool.connect(), await at.database.pool.connect()];
    const old = await claimRun(first, run, 15, 'person');
    await at.database.query(
      `update dovetail.runs set lease_until = now() - interval '1 second' where id = $1`,
      [run],
    );
    const next = await claimRun(second, run, 15, 'person');
    expect(BigInt(next.fence)).toBeGreaterThan(BigInt(old.fence));
    const late = commitChunk({
      database: at.database,
      run: { id: run, fence: old.fence },
      partition: 0,
      lastRow: 1,
      work: async (client) => {
        await client.query(`insert into brand (name) values ('too late')`);
        return { counters: { added: 1 }, issues: [] };
      },
      patienceMs: 0,
      sleep: async () => {},
    });
    await expect(late).rejects.toMatchObject({ code: 'PIPELINE-104' });
    expect((await at.database.query(`select from brand where name = 'too late'`)).rowCount).toBe(0);
    expect(await at.readRows(run)).toBe(0);
    first.release();
    second.release();
  });
});
