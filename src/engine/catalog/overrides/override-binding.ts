// Ties overrides to the tables they speak of; whatever they name must exist.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { catalogError } from '../catalog-errors.js';
import type { RawSchema } from '../introspect/raw-schema.js';
import type { EntityOverride, EntityOverrides } from './entity-override.js';

/**
 * The overrides by object id. An entity may be given by its name or as `schema.table`. Throws CATALOG-202 for
 * an unknown entity or field, CATALOG-203 for an entity given twice.
 */
export function toBoundOverrides(
  overrides: EntityOverrides,
  schema: RawSchema,
  named: ReadonlyMap<number, string>,
  leftOut: ReadonlyMap<string, string>,
): ReadonlyMap<number, EntityOverride> {
  const byName = new Map<string, number>();
  for (const relation of schema.relations) {
    const name = named.get(relation.oid);
    if (name !== undefined) byName.set(`${relation.schema}.${relation.name}`, relation.oid);
  }
  for (const [oid, name] of named) byName.set(name, oid);
  const result = new Map<number, EntityOverride>();
  for (const [name, override] of Object.entries(overrides)) {
    const oid = byName.get(name);
    if (oid === undefined)
      throw unknownName(`entities.${name}: no such entity`, name, named.values(), leftOut.get(name));
    if (result.has(oid)) {
      throw catalogError(203, { detail: `entities.${name}: given a second time as '${named.get(oid)}'.` });
    }
    checkFields(
      name,
      override,
      schema.columns.filter((c) => c.relation === oid).map((c) => c.name),
    );
    result.set(oid, override);
  }
  return result;
}

function checkFields(entity: string, override: EntityOverride, fields: readonly string[]): void {
  const identity = typeof override.identity === 'string' ? [override.identity] : (override.identity ?? []);
  const mentions: readonly (readonly [string, string])[] = [
    ...Object.keys(override.fields ?? {}).map((field) => [`fields.${field}`, field] as const),
    ...(override.order ?? []).map((field) => ['order', field] as const),
    ...identity.map((field) => ['identity', field] as const),
    // Those that are paths are followed once there are relations.
    ...(['owner', 'unit'] as const).flatMap((key) => {
      const field = override[key];
      return field === undefined || !fields.includes(field) ? [] : [[key, field] as const];
    }),
    ...(override.rules ?? []).flatMap((rule) =>
      'field' in rule ? [[`rules '${rule.name}'`, rule.field] as const] : [],
    ),
  ];
  for (const [where, field] of mentions) {
    if (!fields.includes(field)) {
      throw unknownName(`entities.${entity}.${where}: '${entity}' has no field '${field}'`, field, fields);
    }
    const needed = !where.startsWith('fields.');
    if (needed && override.fields?.[field]?.excluded === true) {
      throw catalogError(203, { detail: `entities.${entity}.${where}: the field '${field}' is excluded.` });
    }
  }
}

/** CATALOG-202, with the name that was probably meant. */
export function unknownName(says: string, word: string, candidates: Iterable<string>, because?: string) {
  const near = didYouMean(word, candidates);
  const hint =
    because !== undefined
      ? `It exists, but ${because}.`
      : near === undefined
        ? undefined
        : `Did you mean '${near}'?`;
  return catalogError(202, { detail: `${says}.`, ...(hint === undefined ? {} : { hint }) });
}
