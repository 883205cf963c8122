// Loads the demo shop as the product does: every file of demo/shop in the order of names, each in one go.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from '../../src/foundation/postgres/database.js';

const FOLDER = join(import.meta.dirname, '..', '..', 'demo', 'shop');

/** Throws PostgreSQL's error if the database is not empty. A notice is an error too: a newcomer would see it. */
export async function loadShop(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  const notices: string[] = [];
  client.on('notice', (notice) => notices.push(notice.message ?? ''));
  await client.connect();
  try {
    for (const file of readdirSync(FOLDER).sort())
      await client.query(readFileSync(join(FOLDER, file), 'utf8'));
  } finally {
    await client.end();
  }
  if (notices.length > 0) throw new Error(`the shop's scripts said: ${notices.join('; ')}`);
}

/** A digest of each table's rows. Times of creation that come from the clock would differ from load to load. */
export async function readShopDigests(database: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
  );
  const digests = new Map<string, string>();
  for (const { name } of rows) {
    const { rows: found } = await database.query<{ digest: string }>(
      `select encode(sha256(convert_to(coalesce(string_agg(t::text, E'\\n' order by t::text collate "C"), ''), 'UTF8')), 'hex') as digest from ${name} t`,
    );
    digests.set(name, found[0]!.digest);
  }
  return digests;
}
