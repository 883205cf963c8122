// From a name that a person wrote to the entity it means.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity } from './catalog.js';
import { catalogError } from './catalog-errors.js';

/**
 * The entity of that name: its own, or `schema.table`. Throws CATALOG-101 with the nearest name or the reason why
 * it is left out, CATALOG-102 where several schemas have such a table.
 */
export function findEntity(catalog: Catalog, name: string): Entity {
  const exact = catalog.entities.get(name);
  if (exact !== undefined) return exact;
  const all = [...catalog.entities.values()];
  const qualified = all.find((entity) => `${entity.schema}.${entity.table}` === name);
  if (qualified !== undefined) return qualified;
  const sameTable = all.filter((entity) => entity.table === name);
  if (sameTable.length > 0) {
    throw catalogError(102, {
      detail: `'${name}' is in several schemas.`,
      hint: `Say which: ${sameTable.map((entity) => entity.name).join(' or ')}.`,
      pointer: { entity: name },
    });
  }
  const because = catalog.leftOut?.get(name);
  throw catalogError(101, {
    detail: `There is no entity '${name}'.`,
    hint: because === undefined ? toHint(name, all) : `It exists, but ${because}.`,
    pointer: { entity: name },
  });
}

function toHint(name: string, all: readonly Entity[]): string {
  const near = didYouMean(
    name,
    all.flatMap((entity) => [entity.name, entity.label]),
  );
  if (near !== undefined) {
    const meant = all.find((entity) => entity.name === near || entity.label === near) as Entity;
    return `Did you mean '${meant.name}'?`;
  }
  if (all.length === 0) return 'There is none that may be read here.';
  return all.length <= 12
    ? `There are: ${all.map((entity) => entity.name).join(', ')}.`
    : `There are ${all.length}; 'dovetail entities' lists them.`;
}
