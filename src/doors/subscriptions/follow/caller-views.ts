// What a caller who follows changes sees: the entities they named, else all whose changes can be told to them.
import type { Catalog } from '../../../engine/catalog/index.js';
import { toResourceShapes } from '../../../engine/documents/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { isUntold, refuseUntold } from '../services/check-wish.js';
import { readCapture } from '../store/table-capture.js';
import type { EntityWish } from '../subscription.js';
import { bindViews } from '../view/bind-views.js';
import type { Views } from '../view/entity-view.js';
import type { FollowWish } from './follow-query.js';

/** Throws SUBSCRIPTIONS-103, 105, CATALOG-1xx for what is named and can't be told of. */
export async function bindCallerViews(db: Queryable, catalog: Catalog, wish: FollowWish): Promise<Views> {
  const { entities } = wish;
  const names = new Set(
    [...(entities ?? []), ...wish.fields.keys()].map((name) => toEntityName(catalog, name)),
  );
  const views =
    entities === undefined
      ? bindAll(catalog, wish, names)
      : bindViews(
          catalog,
          [...names].map((entity) => toEntityWish(catalog, wish, entity)),
          wish.form,
        );
  const bound = [...views];
  const captures = await readCapture(
    db,
    bound.map(([, { entity }]) => entity),
  );
  return new Map(
    bound.filter(([, view], i) => {
      if (!isUntold(view, captures[i]!)) return true;
      if (names.has(view.entity.name)) refuseUntold(view);
      return false;
    }),
  );
}

/** What is seen under rules that changes don't tell of, or has no key, is left out unless it is named. */
function bindAll(catalog: Catalog, wish: FollowWish, named: ReadonlySet<string>): Views {
  const views = new Map(
    [...named].flatMap((entity) => [...bindViews(catalog, [toEntityWish(catalog, wish, entity)], wish.form)]),
  );
  for (const entity of catalog.entities.values()) {
    if (entity.kind !== 'table' || named.has(entity.name)) continue;
    try {
      for (const [key, view] of bindViews(catalog, [toEntityWish(catalog, wish, entity.name)], wish.form))
        views.set(key, view);
    } catch (error) {
      if (!(error instanceof DovetailError)) throw error;
    }
  }
  return views;
}

function toEntityWish(catalog: Catalog, { operations, fields }: FollowWish, entity: string): EntityWish {
  const shown = [...fields].find(([name]) => toEntityName(catalog, name) === entity)?.[1];
  return {
    entity,
    ...(operations === undefined ? {} : { operations }),
    ...(shown === undefined ? {} : { fields: shown }),
  };
}

const toEntityName = (catalog: Catalog, name: string): string =>
  catalog.entities.has(name) ? name : (toResourceShapes(catalog).byType.get(name)?.entity.name ?? name);
