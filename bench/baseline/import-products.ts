// What a database administrator would write to load a product file: COPY into an unlogged table of texts, then one upsert.
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Client, Database } from '../../src/foundation/postgres/database.js';

/**
 * How the staged rows get into the table. `on conflict` is the one measured: it is what people write, and it stays right
 * when others write at the same time. `merge` is quicker where most rows are stored already.
 *
 * Tried with 300,000 rows on PostgreSQL 18.4, two shared cores, seconds for fresh / unchanged / changed:
 * on conflict 4.1 / 2.0 / 4.8 · the same with COPY FREEZE 4.1 / 2.7 / 5.5 · with `or` between the columns instead of
 * one row comparison 4.3 / 2.9 / 5.4 · with a typed staging table 5.2 / 2.8 / 4.5 · merge 4.3 / 1.4 / 4.2 · a bare insert
 * 3.8 fresh. Only the last two differ by more than the noise. An `analyze` of the staging table costs 0.25 s and
 * changes no plan, so it is left out.
 */
export type BaselineVariant = 'on conflict' | 'merge';

const CREATE_STAGE = `create unlogged table bench_stage (
  sku text, name text, brand text, price text, weight text, status text, ean text, description text, stock text,
  available_from text
) with (autovacuum_enabled = false)`;

const COPY = 'copy bench_stage from stdin (format csv, header)';

const TYPED = `select s.sku, s.name, b.id, s.price::numeric(12, 4), s.weight::numeric(10, 3), s.status, s.ean, s.description,
    s.stock::integer, s.available_from::date
  from bench_stage s join bench_brand b on b.name = s.brand`;

const COLUMNS = 'sku, name, brand_id, price, weight, status, ean, description, stock, available_from';

const UPSERT = `insert into bench_product as p (${COLUMNS})
  ${TYPED}
  on conflict (sku) do update set
    name = excluded.name, brand_id = excluded.brand_id, price = excluded.price, weight = excluded.weight,
    status = excluded.status, ean = excluded.ean, description = excluded.description, stock = excluded.stock,
    available_from = excluded.available_from
  where (p.name, p.brand_id, p.price, p.weight, p.status, p.ean, p.description, p.stock, p.available_from)
    is distinct from (excluded.name, excluded.brand_id, excluded.price, excluded.weight, excluded.status, excluded.ean,
      excluded.description, excluded.stock, excluded.available_from)`;

const MERGE = `merge into bench_product p
  using (${TYPED}) s (${COLUMNS})
  on p.sku = s.sku
  when matched and (p.name, p.brand_id, p.price, p.weight, p.status, p.ean, p.description, p.stock, p.available_from)
    is distinct from (s.name, s.brand_id, s.price, s.weight, s.status, s.ean, s.description, s.stock, s.available_from)
  then update set name = s.name, brand_id = s.brand_id, price = s.price, weight = s.weight, status = s.status,
    ean = s.ean, description = s.description, stock = s.stock, available_from = s.available_from
  when not matched then insert (${COLUMNS})
    values (s.sku, s.name, s.brand_id, s.price, s.weight, s.status, s.ean, s.description, s.stock, s.available_from)`;

/**
 * Loads a clean file, in one transaction. Resolves to the number of rows inserted or updated. A single bad row makes it
 * throw and load nothing: that is what one has without Dovetail.
 */
export function importProductsBaseline(
  database: Database,
  path: string,
  variant: BaselineVariant = 'on conflict',
): Promise<number> {
  return database.transaction(async (client) => {
    await client.query("set local work_mem = '256MB'; set local jit = off");
    await client.query(CREATE_STAGE);
    await copyFile(client, path);
    const { rowCount } = await client.query(variant === 'merge' ? MERGE : UPSERT);
    await client.query('drop table bench_stage');
    return rowCount ?? 0;
  });
}

async function copyFile(client: Client, path: string): Promise<void> {
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    client.query(copyFrom(COPY, { highWaterMark: 1 << 20 })),
  );
}

/** Creates the benchmark's tables in an empty database. */
export async function createBenchTables(database: Database): Promise<void> {
  await database.query(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'));
}

/** Makes the database refuse what the generator calls `trigger`. */
export async function createRefusingTrigger(database: Database): Promise<void> {
  await database.query(readFileSync(join(import.meta.dirname, 'refusing-trigger.sql'), 'utf8'));
}
