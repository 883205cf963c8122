// SIGTERM to `dovetail start` with a request and a run in flight: balancers are told first, what was asked is answered, and the run goes
// back to the queue where nothing is lost.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../src/engine/access/index.js';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';

const story = createArticleStory(6_000, 20_263);
const LOCK = 4_711;

let at: FaultFixture;
let key: string;
beforeAll(async () => {
  at = await createFaultFixture(story);
  await at.database.query(`
    create function wait_here() returns int language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(${LOCK}); return 7; end $$;
    create table gate (id int primary key);
    insert into gate values (1);
    create view gated as select id, wait_here() as waited from gate`);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'reader' });
  await access.clients.giveRole('reader', 'administrator');
  ({ key } = await access.keys.create('reader'));
}, 120_000);
afterAll(() => at?.drop());

const isRefused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true));
    socket.on('connect', () => socket.destroy());
  });

async function isWaiting(what: string): Promise<boolean> {
  const { rowCount } = await at.database.query('select from pg_locks where locktype = $1 and not granted', [
    what,
  ]);
  return rowCount !== 0;
}

describe('SIGTERM', () => {
  it('is told at /ready first; the request in flight is answered and the run handed back', async () => {
    await at.refill();
    const server = at.command(['start', '--port', '0', '--json', '--drain', '2']);
    const url = await eventually(() => /"url":\s*"([^"]+)"/.exec(server.said())?.[1]);
    const blocker = await at.database.pool.connect();
    await blocker.query(`begin; select pg_advisory_xact_lock(${LOCK})`);
    const run = await at.createRun({}, true);
    await eventually(async () => (await at.readRows(run)) > 0);
    await blocker.query(`lock table ${story.entity} in exclusive mode`);
    const asked = fetch(`${url}/api/gateds`, { headers: { authorization: `Bearer ${key}` } });
    await eventually(() => isWaiting('advisory'));
    await eventually(async () => (await isWaiting('relation')) || (await at.isOver(run)));
    expect(await at.isOver(run)).toBe(false);

    server.child.kill('SIGTERM');
    const told = await eventually(async () => {
      const { status } = await fetch(`${url}/ready`);
      return status === 503;
    });
    expect(told).toBe(true);
    await eventually(() => isRefused(Number(new URL(url).port)));
    await blocker.query('rollback');
    blocker.release();

    const answer = await asked;
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(1);
    const answered = performance.now();
    expect(await server.ended, server.said()).toEqual({ code: 0, signal: null });
    // Not only when connections that clients keep are cut.
    expect(performance.now() - answered).toBeLessThan(8_000);
    expect(await at.isOver(run)).toBe(false);
    expect(await at.readRows(run)).toBeLessThan(story.rows);

    const worker = at.command(['work', '--json']);
    await eventually(() => at.isOver(run));
    worker.child.kill('SIGTERM');
    await worker.ended;
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  }, 120_000);
});
