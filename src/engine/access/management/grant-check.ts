// Whether a grant speaks of what there is, and whether it can come to anything.

import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import {
  ACCESS_ACTIONS,
  type AccessAction,
  type Catalog,
  catalogError,
  type Entity,
  findEntity,
  resolvePath,
} from '../../catalog/index.js';
import { accessError } from '../access-errors.js';
import { ACCESS_LEVELS, type AccessLevel, EVERY_ENTITY, EVERY_OWN, OWN_PREFIX } from '../grants/grants.js';

/** What roles may name: the application's entities, and what is Dovetail's own. */
export interface Grantable {
  readonly catalog: Catalog;
  readonly own: Catalog;
}

const catalogOf = ({ catalog, own }: Grantable, name: string): Catalog =>
  name.startsWith(OWN_PREFIX) ? own : catalog;

/** The entity's own name, or `*`, or `dovetail.*`. Throws CATALOG-101 and 102. */
export const toGrantedEntity = (grantable: Grantable, name: string): string =>
  name === EVERY_ENTITY || name === EVERY_OWN ? name : findEntity(catalogOf(grantable, name), name).name;

/** Entity and field by their own names. Throws CATALOG-101 to 104. */
export function toGrantedField(grantable: Grantable, entity: string, field: string) {
  const catalog = catalogOf(grantable, entity);
  const found = findEntity(catalog, entity);
  const { field: own, steps } = resolvePath(catalog, found, field);
  if (own !== undefined && steps.length === 0) return { entity: found.name, field: own.name };
  throw catalogError(103, {
    detail: `'${field}' is no field of '${found.name}' itself.`,
    pointer: { entity: found.name, field },
  });
}

/** Throws ACCESS-107 for what is no action. */
export function toAction(word: string): AccessAction {
  return pick('action', word, ACCESS_ACTIONS);
}

/** Throws ACCESS-107 for what is no level. */
export function toLevel(word: string): AccessLevel {
  return pick('level', word, ACCESS_LEVELS);
}

function pick<T extends string>(what: string, word: string, words: readonly T[]): T {
  const found = words.find((one) => one === word);
  if (found !== undefined) return found;
  const near = didYouMean(word, words);
  throw accessError(107, {
    detail: `'${word}' is no ${what}.`,
    hint: near === undefined ? `There are: ${words.join(', ')}.` : `Did you mean '${near}'?`,
  });
}

/** What keeps a grant from coming to anything, in plain words; undefined if nothing does. */
export function findGrantNote(catalog: Catalog, entity: string, level: AccessLevel): string | undefined {
  if (level === 'all' || level === 'none' || entity.startsWith(OWN_PREFIX)) return undefined;
  const key = level.startsWith('own') ? 'owner' : 'unit';
  const lacks = (one: Entity) => one[key] === undefined;
  const where = `(\`${key}\` of the entity in the configuration)`;
  const says = key === 'owner' ? 'who owns a record' : 'to which unit a record belongs';
  if (entity !== EVERY_ENTITY) {
    const found = catalog.entities.get(entity);
    return found !== undefined && lacks(found)
      ? `Nothing says yet ${says} of '${entity}' ${where}: until then this allows nothing.`
      : undefined;
  }
  const lacking = [...catalog.entities.values()].filter(lacks).length;
  return lacking === 0
    ? undefined
    : `Of ${lacking} of ${catalog.entities.size} entities nothing says ${says} ${where}: there this allows nothing.`;
}
