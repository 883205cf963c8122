// The values a column may have, where they are few: labels of an enum, yes and no, what identifies the records referred to.
import { type Catalog, type Entity, findEntity, resolvePath } from '../../../engine/catalog/index.js';
import type { ColumnGuide } from '../../../engine/formats/table-format.js';
import { planRead } from '../../../engine/records/read/index.js';
import type { Database } from '../../../foundation/postgres/database.js';

/** An entity with more records is no list that somebody would look through. */
export const MOST_LISTED = 500;

/** Undefined where the values are not of a few. Throws READ-… where the entity referred to can't be read. */
export async function findAllowedValues(
  database: Database,
  catalog: Catalog,
  entity: Entity,
  path: readonly string[],
): Promise<ColumnGuide['values']> {
  const { steps, field } = resolvePath(catalog, entity, path);
  const [step] = steps;
  if (step && path.length > 1) {
    const target = findEntity(catalog, step.relation.entity);
    const list = await readValues(database, catalog, target, path.slice(1));
    return list && list.length > 0 ? { list, closed: false } : undefined;
  }
  if (!field || field.type.array) return undefined;
  if (field.type.labels) return { list: field.type.labels, closed: true };
  return field.type.base === 'bool' ? { list: ['true', 'false'], closed: true } : undefined;
}

async function readValues(
  database: Database,
  catalog: Catalog,
  target: Entity,
  path: readonly string[],
): Promise<readonly string[] | undefined> {
  // The estimate spares a reading of what is surely too much.
  if ((target.estimatedRows ?? 0) > 20 * MOST_LISTED) return undefined;
  const { sql, parameters } = planRead(catalog, target, { paths: [path], limit: MOST_LISTED + 1 });
  const { rows } = await database.query<{ value: string | null }>(
    `select c0::text as value from (${sql}) as listed`,
    parameters,
  );
  if (rows.length > MOST_LISTED) return undefined;
  return [...new Set(rows.flatMap(({ value }) => (value === null || value === '' ? [] : [value])))];
}
