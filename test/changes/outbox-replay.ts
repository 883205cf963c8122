// What a consumer would have after all that the outbox holds, held against each step: every change must follow from the one before.
import type { Database } from '../../src/foundation/postgres/database.js';
import { readOutboxRows } from './watch-fixture.js';

/** The records of a table, by their first value, in its order. Throws where a change doesn't follow from what was there. */
export async function loseNothing(database: Database, table: string): Promise<readonly string[]> {
  const records = new Map<string, string>();
  const keyOf = (row: string) => /^\(([^,)]*)/.exec(row)![1]!;
  for (const row of await readOutboxRows(database)) {
    if (row.table !== table) continue;
    if (row.operation === 't') records.clear();
    if (row.before !== null) {
      const key = keyOf(row.before);
      if (records.get(key) !== row.before) throw new Error(`${row.before} was ${records.get(key)}`);
      records.delete(key);
    }
    if (row.after !== null) {
      const key = keyOf(row.after);
      if (records.has(key)) throw new Error(`${row.after} is there already`);
      records.set(key, row.after);
    }
  }
  return [...records.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
