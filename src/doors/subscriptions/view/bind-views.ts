// Binds what a subscription wants to the catalog of its owner: whatever the owner may not see is not there.
import {
  type Catalog,
  type Entity,
  findEntity,
  type RecordCondition,
} from '../../../engine/catalog/index.js';
import { type ResourceShape, toResourceShapes } from '../../../engine/documents/index.js';
import { CelProblem, compileCel } from '../../../engine/mapping/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { type EntityWish, OPERATIONS, type PayloadForm } from '../subscription.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import { type EntityView, tableKey, type Views } from './entity-view.js';

/** Throws SUBSCRIPTIONS-103 and CATALOG-1xx for what isn't there, or can't be told of. `catalog`: the owner's. */
export function bindViews(catalog: Catalog, wants: readonly EntityWish[], form: PayloadForm): Views {
  const views = new Map<string, EntityView>();
  for (const wish of wants) {
    const view = bindView(catalog, wish, form);
    const table = tableKey(view.entity.schema, view.entity.table);
    if (views.has(table)) throw wrong(wish, 'is named twice', 'Say all of it in one place.');
    views.set(table, view);
  }
  return views;
}

function bindView(catalog: Catalog, wish: EntityWish, form: PayloadForm): EntityView {
  const entity = findEntity(catalog, wish.entity);
  if (entity.kind !== 'table') throw wrong(wish, `is a ${entity.kind}: only changes of tables are told`);
  const rule = entity.access?.view ?? 'all';
  if (rule === 'none') throw wrong(wish, 'may not be viewed by the owner of the subscription');
  const key = findKeyFields(entity);
  if (key === undefined)
    throw wrong(wish, 'has no key that its owner may see', 'A record must be told from the others.');
  const shape = toResourceShapes(catalog).ofEntity(entity.name);
  const filter = wish.where === undefined ? undefined : compileFilter(wish, entity);
  const shown = pickMembers(wish, shape, entity);
  const wholeRule = rule === 'all' ? undefined : toRule(wish, rule);
  return {
    catalog,
    entity,
    shape,
    key,
    form,
    operations: new Set(wish.operations ?? OPERATIONS),
    ...shown,
    ...(wholeRule === undefined ? {} : { rule: wholeRule }),
    ...(filter === undefined ? {} : { filter }),
    columns: [
      ...new Set([
        ...key.map(({ name }) => name),
        ...shown.attributes.map(({ field }) => field.name),
        ...shown.relationships.flatMap(({ relation }) => (relation.kind === 'one' ? relation.fields : [])),
      ]),
    ],
    deciding: [
      ...new Set([...(wholeRule === undefined ? [] : [wholeRule.column]), ...(filter?.columns ?? [])]),
    ],
  };
}

/** A rule that the values of the record alone decide. */
function toRule(wish: EntityWish, rule: RecordCondition): NonNullable<EntityView['rule']> {
  if (!('top' in rule) && !('where' in rule.in)) return { column: rule.field, values: new Set(rule.in) };
  // What is in sight would change with records of other tables, and nothing would tell.
  throw wrong(
    wish,
    'is seen by its owner under a rule that looks at other records, which changes of a record do not tell of',
    'Give the owner a role that sees all of its records, or those with a value of their own.',
  );
}

function compileFilter(wish: EntityWish, entity: Entity) {
  try {
    const filter = compileCel(wish.where!, { value: false });
    const names = entity.fields.map(({ name }) => name);
    const unknown = filter.columns.find((column) => !names.includes(column));
    if (unknown !== undefined) throw noField(wish, unknown, names);
    if (filter.type === 'bool' || filter.type === 'dyn') return filter;
    throw wrong(wish, `has a condition that is neither true nor false but a ${filter.type}`);
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    throw wrong(wish, `has a condition that can't be used: ${error.message}`, error.hint);
  }
}

/** Without `fields` everything; else those, and the relationships to one that they are. */
function pickMembers({ fields, ...wish }: EntityWish, shape: ResourceShape, entity: Entity) {
  if (fields === undefined) return { attributes: shape.attributes, relationships: shape.relationships };
  const names = entity.fields.map(({ name }) => name);
  const unknown = fields.find((field) => !names.includes(field));
  if (unknown !== undefined) throw noField(wish, unknown, names);
  const wanted = new Set(fields);
  return {
    attributes: shape.attributes.filter(({ field }) => wanted.has(field.name)),
    relationships: shape.relationships.filter(
      ({ relation }) => relation.kind === 'one' && relation.fields.every((field) => wanted.has(field)),
    ),
    watched: wanted,
  };
}

function noField(wish: EntityWish, field: string, names: readonly string[]) {
  const near = didYouMean(field, names);
  return wrong(
    wish,
    `has no field '${field.slice(0, 60)}' that its owner may see`,
    near === undefined ? undefined : `Did you mean '${near}'?`,
  );
}

const wrong = ({ entity }: EntityWish, says: string, hint?: string) =>
  subscriptionsError(103, {
    detail: `The entity '${entity.slice(0, 100)}' ${says}.`,
    pointer: { entity },
    ...(hint === undefined ? {} : { hint }),
  });
