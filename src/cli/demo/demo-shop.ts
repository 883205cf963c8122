// The demo's shop: put into an empty database in one go, recognised when it is there, never mixed with anything else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appError } from '../../app-errors.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';

/** The folder `demo` of the package. */
export const DEMO_FOLDER = join(import.meta.dirname, '..', '..', '..', 'demo');

/** Makes the shop, or finds it. Throws APP-106 if the database holds tables that are not the shop's. */
export async function prepareShop(database: Database, folder = DEMO_FOLDER): Promise<'made' | 'found'> {
  const scripts = readShopScripts(folder);
  const shop = listTableNames(scripts);
  const there = await readTableNames(database);
  const strange = there.filter((name) => !shop.has(name));
  const whole = there.length === shop.size;
  if (strange.length > 0 || (there.length > 0 && !whole)) {
    const named = (strange.length > 0 ? strange : there).slice(0, 5).join(', ');
    throw appError(106, {
      detail: `The database holds tables that the demo did not make: ${named}.`,
      hint: 'Let the demo work in a database of its own: dovetail demo --into-database NAME.',
    });
  }
  if (whole) return 'found';
  // One transaction: killed in the middle, nothing is there.
  await database.transaction(async (client) => {
    for (const script of scripts) await client.query(script);
  });
  // The planner's estimates are what `dovetail entities` shows; analyze can't be seen before the commit.
  await database.query('analyze');
  return 'made';
}

function readShopScripts(folder: string): readonly string[] {
  const shop = join(folder, 'shop');
  const names = readdirSync(shop).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => readFileSync(join(shop, name), 'utf8'));
}

function listTableNames(scripts: readonly string[]): ReadonlySet<string> {
  const tables = scripts.flatMap((script) => [...script.matchAll(/^create table (?:public\.)?"?(\w+)"?/gim)]);
  return new Set(tables.map((match) => match[1]!));
}

async function readTableNames(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f', 'm') and n.nspname not in ('dovetail', 'dovetail_jobs', 'information_schema')
       and n.nspname not like 'pg\\_%'
     order by 1`,
  );
  return rows.map((row) => row.name);
}
