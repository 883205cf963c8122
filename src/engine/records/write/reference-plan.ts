// References of a row to other records, by what identifies them there: which columns, which joins.
import type { Catalog, Entity, Field, ToOneRelation } from '../../catalog/catalog.js';
import type { Reference, StageColumn } from './plan-parts.js';
import { refuseForbiddenCreation } from './refuse-forbidden.js';

/** The references of the request's targets, children first. */
export function planReferences(
  catalog: Catalog,
  entity: Entity,
  columns: readonly StageColumn[],
  create: readonly string[],
): readonly Reference[] {
  const all: Reference[] = [];
  for (const name of headsOf(columns, 0)) {
    const below = columns.filter((column) => column.target.path.length > 1 && column.target.path[0] === name);
    planReference(catalog, entity, [name], below, create, all);
  }
  return all;
}

function headsOf(columns: readonly StageColumn[], depth: number): readonly string[] {
  const heads = columns
    .filter((column) => column.target.path.length > depth + 1)
    .map((column) => column.target.path[depth]!);
  return [...new Set(heads)];
}

function planReference(
  catalog: Catalog,
  from: Entity,
  path: readonly string[],
  columns: readonly StageColumn[],
  create: readonly string[],
  all: Reference[],
): Reference {
  const relation = from.relations.find(
    (candidate): candidate is ToOneRelation => candidate.kind === 'one' && candidate.name === path.at(-1),
  )!;
  const entity = catalog.entities.get(relation.entity)!;
  const own = columns.filter((column) => column.target.path.length === path.length + 1);
  const children = headsOf(columns, path.length).map((name) => {
    const below = columns.filter(
      (column) => column.target.path.length > path.length + 1 && column.target.path[path.length] === name,
    );
    return planReference(catalog, entity, [...path, name], below, create, all);
  });
  const creates = create.includes(path.join('.'));
  const made = [...own.map(({ field }) => field.name), ...children.flatMap((child) => child.relation.fields)];
  if (creates) refuseForbiddenCreation(entity, path, made);
  const key = creates ? identifyingColumns(entity, own) : undefined;
  const keyColumns = key ?? own;
  const given = new Set([
    ...keyColumns.map((column) => column.field.name),
    ...(key ? [] : children).flatMap((child) => child.relation.fields),
  ]);
  const reference: Reference = {
    path,
    name: `r${all.length}`,
    relation,
    entity,
    columns: keyColumns,
    children,
    keyed: key !== undefined,
    allColumns: [...own, ...children.flatMap((child) => child.allColumns)],
    unique: entity.uniqueKeys.some((key) => key.fields.every((field) => given.has(field))),
    create: creates,
  };
  all.push(reference);
  return reference;
}

/** Of a record that may be created, the columns that identify it, if they do; the others only fill it when it is made. */
function identifyingColumns(
  entity: Entity,
  columns: readonly StageColumn[],
): readonly StageColumn[] | undefined {
  const given = (fields: readonly string[]): boolean =>
    fields.every((name) => columns.some((column) => column.field.name === name));
  const key = [entity.identity, ...entity.uniqueKeys.map((unique) => unique.fields)].find(
    (fields) => fields.length > 0 && given(fields),
  );
  return key && columns.filter((column) => key.includes(column.field.name));
}

/** The fields of the record referred to that its columns fill when it is created. */
export function createdFields(
  reference: Reference,
): readonly { readonly field: Field; readonly column: StageColumn }[] {
  return reference.allColumns
    .filter((column) => column.target.path.length === reference.path.length + 1)
    .map((column) => ({ field: column.field, column }));
}
