// Keeps the catalog true while the schema changes underneath: asks cheaply, reads anew only on a difference, swaps it whole.
import type { Database } from '../../foundation/postgres/database.js';
import { buildCatalog } from './build/catalog-builder.js';
import type { Catalog } from './catalog.js';
import { readFingerprint } from './introspect/fingerprint-query.js';
import { readSchema } from './introspect/schema-reader.js';
import type { SchemaSelection } from './introspect/schema-selection.js';
import type { EntityOverrides } from './overrides/entity-override.js';
import { type HookAlerts, withHookAlerts } from './overrides/hook-context.js';
import { toEntityOverrides } from './overrides/override-shape.js';

export interface CatalogOptions {
  readonly database: Database;
  /** The configuration's `entities`; their form is checked here. Default: none. */
  readonly overrides?: EntityOverrides | Readonly<Record<string, unknown>> | undefined;
  /** Who takes the alerts of hooks. Default: nobody. */
  readonly hookAlerts?: HookAlerts | undefined;
  /** Default: every schema of the application. */
  readonly schemas?: SchemaSelection | undefined;
}

export interface CatalogService {
  /**
   * The catalog as it is now: a change committed before the call is in it. Costs one fast query while nothing changed, and
   * is then the same object as before. Calls at the same moment share the work. Throws CATALOG-202 or CATALOG-203
   * when the overrides don't fit the schema (any more); asks again at the next call.
   */
  read(): Promise<Catalog>;
}

/** Reads nothing yet. Throws CATALOG-201 for malformed overrides. */
export function createCatalog({
  database,
  overrides,
  hookAlerts,
  schemas = {},
}: CatalogOptions): CatalogService {
  const said = toEntityOverrides(overrides);
  const checked = hookAlerts === undefined ? said : withHookAlerts(said, hookAlerts);
  let known: { readonly fingerprint: string; readonly catalog: Catalog } | undefined;
  let running: Promise<Catalog> | undefined;
  let next: Promise<Catalog> | undefined;

  async function refresh(): Promise<Catalog> {
    if (known !== undefined && (await readFingerprint(database, schemas)) === known.fingerprint) {
      return known.catalog;
    }
    const { schema, fingerprint } = await readSchema(database, schemas);
    const catalog = buildCatalog(schema, checked);
    // What differs for us may not differ for anyone else: a truncate, a comment on an index.
    const same = known?.catalog.fingerprint === catalog.fingerprint;
    known = { fingerprint, catalog: same && known !== undefined ? known.catalog : catalog };
    return known.catalog;
  }

  function start(): Promise<Catalog> {
    const work = refresh().finally(() => {
      if (running === work) running = undefined;
    });
    running = work;
    return work;
  }

  return {
    // A look that is under way may have begun before the change the caller knows of: the caller gets the one after it.
    read() {
      if (running === undefined) return start();
      next ??= running
        .catch(() => {})
        .then(() => {
          next = undefined;
          return start();
        });
      return next;
    },
  };
}
