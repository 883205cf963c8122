// Exports saved under a name: kept as they were asked for, and held against the catalog when saved and whenever they are made.
import type { Catalog } from '../../../engine/catalog/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { Origin } from '../../../engine/records/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { exportError } from './export-errors.js';
import { type ExportQuestion, prepareExport } from './export-request.js';

/** What is saved: an export without its target. */
export type SavedBody = Omit<ExportQuestion, 'target' | 'mapping' | 'mappingName' | 'formatOptions'> & {
  readonly formatOptions: FormatOptions;
};

export interface SavedExport {
  readonly name: string;
  readonly entity: string;
  readonly body: SavedBody;
  /** From 1; rises with every change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changedBy: Origin;
}

const COLUMNS = `name, entity, body, version, created_at as "createdAt", changed_at as "changedAt", changed_by as "changedBy"`;

/**
 * Saves it; one of the same name becomes a new version. Throws EXPORT-106 for a name that can't be one, and whatever an export
 * of the kind would be refused with.
 */
export async function saveExport(
  database: Queryable,
  catalog: Catalog,
  name: string,
  body: SavedBody,
  by: Origin,
): Promise<SavedExport> {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    throw exportError(106, {
      detail: `${JSON.stringify(name)} can't be the name of a saved export.`,
      hint: 'Small letters, digits, - and _; at most 63, the first a letter or digit.',
    });
  }
  const { entity } = await prepareExport(database, catalog, { ...body, target: NOWHERE });
  const { rows } = await database.query<SavedExport & Record<string, unknown>>(
    `insert into dovetail.saved_exports as s (name, entity, body, changed_by) values ($1, $2, $3, $4)
     on conflict (name) do update set entity = excluded.entity, body = excluded.body, changed_by = excluded.changed_by,
       changed_at = now(), version = s.version + 1
     returning ${COLUMNS}`,
    [name, entity.name, JSON.stringify({ ...body, entity: entity.name }), JSON.stringify(by)],
  );
  return rows[0]!;
}

/** By name. */
export async function readSavedExports(database: Queryable): Promise<readonly SavedExport[]> {
  const { rows } = await database.query<SavedExport & Record<string, unknown>>(
    `select ${COLUMNS} from dovetail.saved_exports order by name collate "C"`,
  );
  return rows;
}

/** Throws EXPORT-107 if there is none of that name. */
export async function readSavedExport(database: Queryable, name: string): Promise<SavedExport> {
  const { rows } = await database.query<SavedExport & Record<string, unknown>>(
    `select ${COLUMNS} from dovetail.saved_exports where name = $1`,
    [name],
  );
  return rows[0] ?? noSuchExport(database, name);
}

/** Throws EXPORT-107 if there is none of that name. */
export async function deleteSavedExport(database: Queryable, name: string): Promise<void> {
  const { rows } = await database.query('delete from dovetail.saved_exports where name = $1 returning name', [
    name,
  ]);
  if (rows.length === 0) await noSuchExport(database, name);
}

/** What no longer fits the catalog, in words; undefined if the export can be made. */
export async function findDecay(
  database: Queryable,
  catalog: Catalog,
  saved: SavedExport,
): Promise<DovetailError | undefined> {
  try {
    await prepareExport(database, catalog, { ...saved.body, target: NOWHERE });
    return undefined;
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { detail, hint } = error;
    return exportError(108, {
      detail: `The saved export ${saved.name} no longer fits the database: ${detail}`,
      hint: `${hint === undefined ? '' : `${hint} `}Save it anew: \`dovetail exports save ${saved.name} ${saved.entity} …\`.`,
      ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
      cause: error,
    });
  }
}

/** Never opened: it is only looked whether the rest fits. */
const NOWHERE = { path: '' };

async function noSuchExport(database: Queryable, name: string): Promise<never> {
  const names = (await readSavedExports(database)).map((saved) => saved.name);
  const near = didYouMean(name, names);
  throw exportError(107, {
    detail: `There is no saved export ${JSON.stringify(name)}.`,
    hint:
      near === undefined
        ? names.length === 0
          ? 'None is saved yet: `dovetail exports save NAME ENTITY …`.'
          : `There are: ${names.slice(0, 20).join(', ')}.`
        : `Did you mean ${near}?`,
  });
}
