// The columns of a table that is sent as a batch, each held against the resource: nothing is guessed, and nothing is passed over.
import type { Catalog, Entity } from '../../../engine/catalog/index.js';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { findDrawnKey, type Strategy } from '../../../engine/records/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import type { TableBinding } from './batch-rooms.js';
import { narrowStrategy } from './strategy.js';

export interface BindWish {
  readonly catalog: Catalog;
  readonly shape: ResourceShape;
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
}

/** Throws API-504 for a column that is no attribute, and no field behind relationships to one: `brand.name`. */
export function bindColumns(wish: BindWish, columns: readonly string[]): TableBinding {
  const { catalog, shape } = wish;
  const fields =
    columns.length === 0
      ? listWritable(shape)
      : columns.map((column) => ({ column, path: readPath(catalog, shape, column) }));
  const said = new Set(fields.flatMap(({ path }) => fieldsOf(shape.entity, path)));
  const found = chooseIdentity(wish, said);
  refuseReadOnly(shape, fields, found.identity);
  return { fields, ...found };
}

/** A table without records shows no columns: it is taken to have all. */
const listWritable = ({ entity, attributes }: ResourceShape): TableBinding['fields'] =>
  attributes
    .filter(({ field }) => !field.readOnly || entity.identity.includes(field.name))
    .map(({ name, field }) => ({ column: name, path: [field.name] }));

/** Throws API-104 for a field that only finds its record, or that the caller may not set, but for what identifies the records. */
function refuseReadOnly(
  { type, entity }: ResourceShape,
  fields: TableBinding['fields'],
  identity: readonly string[],
): void {
  for (const { column, path } of fields) {
    const field = path.length === 1 ? entity.fields.find((one) => one.name === path[0]) : undefined;
    if (field?.readOnly !== true || identity.includes(field.name)) continue;
    throw apiError(104, {
      detail: `${column} of ${type} can't be written: ${field.readOnlyReason ?? 'it is read-only'}.`,
    });
  }
}

function chooseIdentity(
  { shape, strategy: wanted, identity }: BindWish,
  said: ReadonlySet<string>,
): Omit<TableBinding, 'fields'> {
  const { entity } = shape;
  const strategy = narrowStrategy(entity, wanted);
  if (identity !== undefined)
    return { strategy, identity: identity.map((name) => readField(shape, name)), keyDrawn: false };
  const key = (findKeyFields(entity) ?? []).map((field) => field.name);
  const found = [entity.identity, key].find(
    (names) => names.length > 0 && names.every((name) => said.has(name)),
  );
  if (found) return { strategy, identity: found, keyDrawn: false };
  // Without what tells them apart records can only be new.
  if (strategy === 'update' || strategy === 'delete')
    return { strategy, identity: entity.identity, keyDrawn: false };
  const drawn = findDrawnKey(entity);
  return { strategy: 'add', identity: drawn ? [drawn.name] : [], keyDrawn: drawn !== undefined };
}

function readField({ type, entity, attributes }: ResourceShape, name: string): string {
  const field =
    attributes.find((one) => one.name === name)?.field ?? entity.fields.find((one) => one.name === name);
  if (field !== undefined) return field.name;
  throw apiError(202, {
    detail: `${type} have no '${name.slice(0, 60)}'.`,
    pointer: { parameter: 'batch[identity]' },
  });
}

function readPath(catalog: Catalog, shape: ResourceShape, column: string): readonly string[] {
  const own = shape.attributes.find((one) => one.name === column)?.field.name;
  if (own !== undefined) return [own];
  const whole = shape.entity.fields.find((field) => field.name === column);
  if (whole !== undefined) return [whole.name];
  const path = column.split('.');
  let entity: Entity | undefined = shape.entity;
  for (const name of path.slice(0, -1)) {
    const relation: Entity['relations'][number] | undefined = entity?.relations.find(
      (one) => one.kind === 'one' && one.name === name,
    );
    entity = relation && catalog.entities.get(relation.entity);
  }
  if (path.length > 1 && entity?.fields.some((field) => field.name === path.at(-1))) return path;
  const names = [...shape.attributes, ...shape.relationships].map((one) => one.name);
  const meant = didYouMean(column, names);
  throw apiError(504, {
    detail: `${shape.type} have no '${column.slice(0, 60)}'.`,
    hint: meant === undefined ? 'A related record is named as in brand.name.' : `Did you mean '${meant}'?`,
  });
}

/** The entity's own fields that a path sets. */
function fieldsOf(entity: Entity, path: readonly string[]): readonly string[] {
  if (path.length === 1) return path;
  const relation = entity.relations.find((one) => one.name === path[0]);
  return relation?.kind === 'one' ? relation.fields : [];
}
