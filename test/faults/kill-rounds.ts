// One round: a process is killed at a random moment of its import, and it counts if the moment was a fair one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../formats/seeded-random.js';
import { CHUNK_ROWS, type FaultFixture } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';

/** Printed with each test that uses it, so that a failure can be looked at again. */
export const SEED = Number(process.env['DOVETAIL_FAULT_SEED'] ?? Date.now() % 1_000_000);

export interface KillMoment {
  readonly run: string;
  /** Records in the source. */
  readonly rows: number;
  /** How many kills this import is still to bear, this one included. */
  readonly killsLeft: number;
  readonly kill: () => Promise<unknown>;
  readonly random: SeededRandom;
}

/**
 * Waits until a random number of rows more is committed, then a moment more, and kills. True if since the last kill at
 * least one chunk was committed, and at least one was left.
 */
export async function killAtRandom(at: FaultFixture, moment: KillMoment): Promise<boolean> {
  const { run, rows, random } = moment;
  const before = await at.readRows(run);
  const target = before + 1 + random.next() * ((rows - before) / (moment.killsLeft + 1));
  await eventually(async () => (await at.readRows(run)) >= target || at.isOver(run));
  await sleep(random.next() * 20);
  await moment.kill();
  const after = await eventually(async () => ({ rows: await at.readRows(run) }));
  return after.rows > before && after.rows <= rows - CHUNK_ROWS;
}
