// How many changes a second go from commits to a consumer that only counts, PostgreSQL and the writer included.
import { migrate } from '../../src/foundation/postgres/migrations.js';
import type { BenchServer } from '../server/bench-server.js';
import { countChanges, followChanges } from './watched-database.js';

/** Records of one transaction. */
const BATCH = 1_000;

export async function measureSustained(server: BenchServer, rows: number): Promise<{ perSecond: number }> {
  const bench = await server.createDatabase();
  const { database } = bench;
  await migrate(database);
  await database.query(
    `create table item (id int primary key, sku text, name text, price numeric(10,2), stock int, changed timestamptz);
     create publication dovetail for table item`,
  );
  const stream = await followChanges(database);
  const began = performance.now();
  const counted = countChanges(stream.log, rows);
  for (let from = 1; from <= rows; from += BATCH) {
    await database.query(
      `insert into item select i, 'SKU-' || i, 'A product with a name ' || i, i % 1000 / 10.0, i % 77, now()
       from generate_series($1::int, $2::int) i`,
      [from, Math.min(rows, from + BATCH - 1)],
    );
  }
  const written = performance.now() - began;
  const seconds = ((await counted) - began) / 1_000;
  console.log(
    `sustained: ${rows} changes in ${seconds.toFixed(2)} s (written in ${(written / 1000).toFixed(2)} s)`,
  );
  await stream.stop();
  await bench.drop();
  return { perSecond: Math.round(rows / seconds) };
}
