// From the answer to a commit to a consumer in this process that has read the change, at 500 changes a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import type { BenchServer } from '../server/bench-server.js';
import { countChanges, followChanges } from './watched-database.js';

const PER_SECOND = 500;

export async function measureLatency(
  server: BenchServer,
  seconds: number,
): Promise<{ p50Ms: number; p99Ms: number; perSecond: number }> {
  const bench = await server.createDatabase();
  const { database } = bench;
  await migrate(database);
  await database.query(
    'create table item (id int primary key, name text); create publication dovetail for table item',
  );
  const stream = await followChanges(database);
  const count = seconds * PER_SECOND;
  const committed = new Map<string, number>();
  const received = new Map<string, number>();
  const counted = countChanges(stream.log, count, (key, at) => received.set(key, at));
  const began = performance.now();
  const commits: Promise<void>[] = [];
  for (let id = 0; id < count; id++) {
    const due = began + (id / PER_SECOND) * 1_000;
    if (due > performance.now() + 1) await sleep(due - performance.now());
    commits.push(
      database
        .query('insert into item values ($1, $2)', [id, 'a name'])
        .then(() => void committed.set(String(id), performance.now())),
    );
  }
  await Promise.all(commits);
  const taken = performance.now() - began;
  await counted;
  // The consumer may have the change before the writer hears that it was committed.
  const waits = [...committed].map(([id, at]) => Math.max(0, received.get(id)! - at)).sort((a, b) => a - b);
  const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]!;
  await stream.stop();
  await bench.drop();
  console.log(`latency: p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms`);
  return { p50Ms: at(0.5), p99Ms: at(0.99), perSecond: Math.round(count / (taken / 1_000)) };
}
