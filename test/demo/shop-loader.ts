// What tests of the demo shop compare.
import type { Database } from '../../src/foundation/postgres/database.js';

export { loadShop } from '../support/load-shop.js';

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
