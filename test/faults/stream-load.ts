// A load that writes down the order of its own commits, and the log held against it: every change once, in the order of the commits.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { type Change, type ChangeLog, openChangeTail, STREAM_START } from '../../src/engine/changes/index.js';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import type { SeededRandom } from '../formats/seeded-random.js';

const TABLES = `
  -- Each transaction takes the next number while it holds the row, so that numbers are in the order of the commits.
  create table counter (one bool primary key default true, n bigint not null default 0);
  insert into counter default values;
  create table sent (id bigint generated always as identity primary key, n bigint not null, i int not null, note text);
  create publication dovetail for table sent;`;

export async function prepareLoad(database: Database): Promise<void> {
  await setUpDatabase(database);
  await database.query(TABLES);
}

export interface Load {
  /** Transactions committed so far, as far as was heard. */
  readonly committed: number;
  /** Lets it end, and waits for that. */
  stop(): Promise<void>;
}

/** Writers that go on over everything, also over a server that is killed. Transactions of 1 to 40 rows, now and then one of thousands. */
export function startLoad(url: string, random: SeededRandom, writers = 3): Load {
  let isOver = false;
  let committed = 0;
  const database = openDatabase(url, { max: writers });
  const write = async (): Promise<void> => {
    while (!isOver) {
      const size = random.next() < 0.01 ? 4_000 : 1 + Math.floor(random.next() * 40);
      try {
        await database.transaction(async (client) => {
          await client.query(
            `with taken as (update counter set n = n + 1 returning n)
             insert into sent (n, i, note) select n, i, repeat('x', (i * 37) % 300) from taken, generate_series(1, $1) i`,
            [size],
          );
        });
        committed++;
      } catch {
        await sleep(20);
      }
      await sleep(random.next() * 30);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, write));
  return {
    get committed() {
      return committed;
    },
    async stop() {
      isOver = true;
      await all;
      await database.close();
    },
  };
}

/** Reads the log to its end, and compares it with the table that the load wrote. Returns how many changes there are. */
export async function expectEverythingOnce(database: Database, log: ChangeLog): Promise<number> {
  const { rows } = await database.query<{ ids: string[]; n: string }>(
    `select array_agg(id::text order by n, i) as ids, max(n)::text as n from sent`,
  );
  const expected = rows[0]!.ids;
  const found: Change[] = [];
  for (let position = STREAM_START; found.length < expected.length; ) {
    const page = await log.readAfter(position, { limit: 5_000 });
    if (page.kind === 'expired') throw new Error('expired');
    found.push(...page.entries.filter((entry) => entry.kind === 'change'));
    position = page.next;
    if (page.isLast && !(await log.waitAfter(position, { timeoutMs: 30_000 }))) break;
  }
  const ids = found.map((change) => change.key[0]!);
  expect(ids.length).toBe(expected.length);
  expect(ids.findIndex((id, i) => id !== expected[i])).toBe(-1);
  expect(new Set(found.map(({ position }) => position.epoch))).toEqual(new Set([1]));
  return found.length;
}

export const openLog = (url: string): { readonly log: ChangeLog; close(): Promise<void> } => {
  const database = openDatabase(url, { max: 2 });
  const log = openChangeTail({ database });
  return {
    log,
    async close() {
      await log.close();
      await database.close();
    },
  };
};
