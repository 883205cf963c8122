// The demo's shop: loaded into an empty database, gone on with where a load was stopped, recognised when it is there, never
// mixed with anything else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appError } from '../../app-errors.js';
import type { LoadServices } from '../../doors/initial-load/load-services.js';
import { PACKAGE_FOLDER } from '../../foundation/config/package-folder.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';

/** The folder `demo` of the package. */
export const DEMO_FOLDER = join(PACKAGE_FOLDER, 'demo');

export interface ShopRequest {
  readonly database: Database;
  /** The door, once it may be opened: our schemas are only set up in a database that was found to be free. */
  readonly openLoad: () => Promise<LoadServices>;
  readonly signal: AbortSignal;
  readonly onFile?: (path: string) => void;
}

/**
 * Makes the shop, or finds it. Throws APP-106 if the database holds tables that are not the shop's, APP-107 if a file of the
 * shop could not be loaded.
 */
export async function prepareShop(request: ShopRequest, folder = DEMO_FOLDER): Promise<'made' | 'found'> {
  const { database } = request;
  const shop = listTableNames(join(folder, 'shop'));
  const there = await readTableNames(database);
  const strange = there.filter((name) => !shop.has(name));
  const whole = there.length === shop.size;
  const begun = await wasBegun(database);
  if (strange.length > 0 || (there.length > 0 && !whole && !begun)) {
    const named = (strange.length > 0 ? strange : there).slice(0, 5).join(', ');
    throw appError(106, {
      detail: `The database holds tables that the demo did not make: ${named}.`,
      hint: 'Let the demo work in a database of its own: dovetail demo --into-database NAME.',
    });
  }
  // A shop that an older version made is known by its tables alone.
  if (whole && !begun) return 'found';
  const load = await request.openLoad();
  const { files, state } = await load.load({
    folder: join(folder, 'shop'),
    root: folder,
    dryRun: false,
    signal: request.signal,
    onFile: ({ path }) => request.onFile?.(path),
  });
  const failed = files.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) {
    throw appError(107, {
      detail: `demo/shop/${failed.path}: ${failed.problems[0]?.message ?? 'it failed.'}`,
      hint: 'Report it with the version of PostgreSQL.',
    });
  }
  if (files.length === 0) return 'found';
  // The planner's estimates are what `dovetail entities` shows; analyze can't be seen before the commit.
  if (state === 'completed') await database.query('analyze');
  return 'made';
}

function listTableNames(folder: string): ReadonlySet<string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sql'),
  );
  const scripts = names.map((name) => readFileSync(join(folder, name), 'utf8'));
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

/** Whether a load of the shop has noted a file here. */
async function wasBegun(database: Queryable): Promise<boolean> {
  const table = await database.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'dovetail' and c.relname = 'loaded_files'`,
  );
  if (table.rowCount === 0) return false;
  const noted = await database.query(`select from dovetail.loaded_files where folder = 'shop' limit 1`);
  return noted.rowCount === 1;
}
