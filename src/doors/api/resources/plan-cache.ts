// What a kind of request asks of the database, worked out once for each catalog. Bounded: clients can ask in any number of ways.
import type { Catalog } from '../../../engine/catalog/index.js';

const MOST_PLANS = 500;

const plans = new WeakMap<Catalog, Map<string, unknown>>();

/** `name` says everything that the plan depends on besides the catalog. What `make` throws is not kept. */
export function cachedPlan<T>(catalog: Catalog, name: string, make: () => T): T {
  let known = plans.get(catalog);
  if (known === undefined) {
    known = new Map();
    plans.set(catalog, known);
  }
  const found = known.get(name) as T | undefined;
  if (found !== undefined) return found;
  const made = make();
  // The one that came first goes first.
  if (known.size >= MOST_PLANS) known.delete(known.keys().next().value!);
  known.set(name, made);
  return made;
}
