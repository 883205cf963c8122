// What the entities and their members are called in JSON:API documents: names of the standard's alphabet, each of them once.
// https://jsonapi.org/format/1.1/#document-member-names
import { pluralize } from 'inflection';
import type { Catalog, Entity } from '../catalog/catalog.js';

/** Signs that stand anywhere in a member name; `-` and `_` also stand within one. */
const INNER = /[^a-zA-Z0-9\u0080-\uffff_-]+/g;
const EDGES = /^[^a-zA-Z0-9\u0080-\uffff]+|[^a-zA-Z0-9\u0080-\uffff]+$/g;

/** Addresses of the API itself: no type is called so. */
const OWN_ADDRESSES = ['changes', 'docs', 'dovetail', 'operations'];

/** The name with what the standard doesn't allow replaced by `-`, or `x` where nothing is left. */
export const toMemberName = (name: string): string => name.replace(INNER, '-').replace(EDGES, '') || 'x';

/** The first of `name`, `name-2`, `name-3` … that nobody has. */
export function toFreeName(name: string, taken: { has(name: string): boolean }): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`;
  return free;
}

/** `product` is `products`, `sales.order_line` is `sales-order_lines`: the last word in the plural, unless it is one. */
export function toTypeName(entity: Entity): string {
  const name = toMemberName(entity.name);
  const at = Math.max(name.lastIndexOf('_'), name.lastIndexOf('-')) + 1;
  const word = name.slice(at);
  return /^[a-z]+$/i.test(word) ? name.slice(0, at) + pluralize(word) : name;
}

/** Types by entity; an entity whose plural another one has keeps its own name. */
export function nameTypes(catalog: Catalog): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>(OWN_ADDRESSES);
  const entities = [...catalog.entities.values()];
  // Those that are called so already come first, so that `order` beside `orders` doesn't take its name.
  const plain = entities.filter((entity) => toTypeName(entity) === entity.name);
  for (const entity of [...plain, ...entities.filter((one) => !plain.includes(one))]) {
    const wanted = toTypeName(entity);
    const name = taken.has(wanted) ? toFreeName(toMemberName(entity.name), taken) : wanted;
    taken.add(name);
    names.set(entity.name, name);
  }
  return names;
}
