// Foreign keys as relations, seen from both ends and across join tables.
import type { Relation, ToManyRelation, ToOneRelation } from '../catalog.js';
import type { RawForeignKey } from '../introspect/raw-schema.js';
import { groupBy } from './grouping.js';
import { toLabel } from './name-words.js';
import {
  type KeyToName,
  nameOfKey,
  namesOfThrough,
  namesOfToMany,
  namesOfToOne,
  takeName,
} from './relation-names.js';
import type { VisibleTable } from './visible-tables.js';

interface Link {
  readonly from: VisibleTable;
  readonly to: VisibleTable;
  readonly key: RawForeignKey;
  /** The name on the table that has the key, and on the one it leads to. */
  name: string;
  inverse: string;
}

/** The relations of each table, by entity name: to-one first, in column order. */
export function toRelations(
  tables: readonly VisibleTable[],
  isNullable: (table: VisibleTable, column: string) => boolean,
): ReadonlyMap<string, readonly Relation[]> {
  const links = toLinks(tables);
  const taken = new Map(
    tables.map((table) => [table.name, new Set(table.columns.map((column) => column.name))]),
  );
  const result = new Map<string, Relation[]>(tables.map((table) => [table.name, []]));
  nameToOne(links, taken);
  nameToMany(links, taken);
  for (const link of links) {
    result.get(link.from.name)!.push(toOne(link, isNullable));
  }
  for (const link of links) result.get(link.to.name)!.push(toMany(link));
  for (const [near, far] of toJoins(tables, links, isNullable)) {
    const [there, back] = toThrough(near, far, taken);
    result.get(near.to.name)!.push(there);
    result.get(far.to.name)!.push(back);
  }
  return result;
}

function toLinks(tables: readonly VisibleTable[]): readonly Link[] {
  const byOid = new Map(tables.map((table) => [table.relation.oid, table]));
  return tables.flatMap((from) =>
    from.foreignKeys.flatMap((key) => {
      const to = byOid.get(key.target);
      const seen = new Set(to?.columns.map((column) => column.name));
      return to === undefined || !key.targetColumns.every((column) => seen.has(column))
        ? []
        : [{ from, to, key, name: '', inverse: '' }];
    }),
  );
}

// A relation may be called like the one column of its own key (`ship_via`, `ship_via.name`), but like no other field.
function nameToOne(links: readonly Link[], taken: ReadonlyMap<string, Set<string>>): void {
  for (const [from, own] of groupBy(links, (link) => link.from)) {
    const keys = own.map(toKeyToName);
    const named = own.map((link, i) => {
      const key = keys[i]!;
      return {
        link,
        key,
        said: nameOfKey(
          key,
          keys.filter((other) => other !== key),
        ),
      };
    });
    const names = new Set<string>();
    const fields = new Set(from.columns.map((column) => column.name));
    // Whose columns say a name gets it before one that would only take it for want of another; single columns first.
    named.sort(
      (a, b) =>
        Number(a.said === undefined) - Number(b.said === undefined) ||
        a.key.columns.length - b.key.columns.length,
    );
    for (const { link, key, said } of named) {
      const allowed = namesOfToOne(key, said).filter(
        (name) => !fields.has(name) || (key.columns.length === 1 && key.columns[0] === name),
      );
      link.name = takeName(
        allowed.length > 0 ? allowed : [`${key.targetTable}_by_${key.constraint}_key`],
        names,
      );
      taken.get(from.name)!.add(link.name);
    }
  }
}

function nameToMany(links: readonly Link[], taken: ReadonlyMap<string, Set<string>>): void {
  for (const link of links) {
    const siblings = links.filter((other) => other.from === link.from && other.to === link.to).length;
    link.inverse = takeName(
      namesOfToMany({
        schema: link.from.relation.schema,
        table: link.from.relation.name,
        toOne: link.name,
        constraint: link.key.name,
        siblings,
        toItself: link.from === link.to,
      }),
      taken.get(link.to.name)!,
    );
  }
}

function toKeyToName(link: Link): KeyToName {
  const { columns, targetColumns, name } = link.key;
  return { columns, targetColumns, targetTable: link.to.relation.name, constraint: name };
}

function toOne(
  { from, to, key, name, inverse }: Link,
  isNullable: (table: VisibleTable, column: string) => boolean,
): ToOneRelation {
  return {
    kind: 'one',
    name,
    label: toLabel(name),
    entity: to.name,
    fields: key.columns,
    targetFields: key.targetColumns,
    constraint: key.name,
    nullable: key.columns.every((column) => isNullable(from, column)),
    deferrable: key.deferrable,
    inverse,
  };
}

function toMany({ from, key, name, inverse }: Link): ToManyRelation {
  return {
    kind: 'many',
    name: inverse,
    label: toLabel(inverse),
    entity: from.name,
    fields: key.targetColumns,
    targetFields: key.columns,
    single: from.keys.some((unique) => unique.columns.every((column) => key.columns.includes(column))),
    inverse: name,
  };
}

// A join table is identified by two foreign keys together, and by neither alone. It may hold more columns.
function* toJoins(
  tables: readonly VisibleTable[],
  links: readonly Link[],
  isNullable: (table: VisibleTable, column: string) => boolean,
): Generator<readonly [Link, Link]> {
  for (const table of tables) {
    const own = links.filter((link) => link.from === table);
    const keys = table.keys.filter((key) => !key.columns.some((column) => isNullable(table, column)));
    const pair = keys
      .flatMap((key) =>
        own.flatMap((one, i) =>
          own
            .slice(i + 1)
            .flatMap((other) => (isJoin(key.columns, one, other) ? [[one, other] as const] : [])),
        ),
      )
      .at(0);
    if (pair !== undefined) yield pair;
  }
}

function isJoin(key: readonly string[], one: Link, other: Link): boolean {
  const [a, b] = [one.key.columns, other.key.columns];
  return (
    key.every((column) => a.includes(column) || b.includes(column)) &&
    [...a, ...b].every((column) => key.includes(column)) &&
    !key.every((column) => a.includes(column)) &&
    !key.every((column) => b.includes(column))
  );
}

function toThrough(
  near: Link,
  far: Link,
  taken: ReadonlyMap<string, Set<string>>,
): readonly [ToManyRelation, ToManyRelation] {
  const join = near.from.relation.name;
  const there = takeName(namesOfThrough(far.name, join, near.name), taken.get(near.to.name)!);
  const back = takeName(namesOfThrough(near.name, join, far.name), taken.get(far.to.name)!);
  return [through(near, far, there, back), through(far, near, back, there)];
}

function through(near: Link, far: Link, name: string, inverse: string): ToManyRelation {
  return {
    kind: 'many',
    name,
    label: toLabel(name),
    entity: far.to.name,
    fields: near.key.targetColumns,
    targetFields: near.key.columns,
    single: false,
    inverse,
    through: { entity: near.from.name, fields: far.key.columns, targetFields: far.key.targetColumns },
  };
}
