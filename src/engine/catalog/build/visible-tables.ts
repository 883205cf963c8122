// Which relations become entities and under which names; what is left out gets its reason.
import type {
  RawCheck,
  RawColumn,
  RawForeignKey,
  RawKey,
  RawRelation,
  RawSchema,
  RawSearch,
} from '../introspect/raw-schema.js';
import type { EntityOverride } from '../overrides/entity-override.js';
import { groupBy } from './grouping.js';

/** A relation on its way to being an entity, with its rows of the raw schema and its part of the overrides. */
export interface VisibleTable {
  readonly relation: RawRelation;
  readonly name: string;
  readonly override: EntityOverride;
  /** Without the ones excluded and the ones the role may not read. */
  readonly columns: readonly RawColumn[];
  /** Keys, foreign keys and checks over those columns only. */
  readonly keys: readonly RawKey[];
  readonly foreignKeys: readonly RawForeignKey[];
  readonly checks: readonly RawCheck[];
  readonly searches: readonly RawSearch[];
}

/** Names for relations: the table's, `schema.table` where that is not unique, quoted where even that is not. */
export function toEntityNames(
  relations: readonly { readonly schema: string; readonly name: string }[],
): readonly string[] {
  const forms = relations.map(({ schema, name }) => [name, `${schema}.${name}`, `"${schema}"."${name}"`]);
  const level = relations.map(() => 0);
  for (;;) {
    const names = forms.map((form, i) => form[level[i]!]!);
    const clashing = names.flatMap((name, i) =>
      level[i]! < 2 && names.indexOf(name) !== names.lastIndexOf(name) ? [i] : [],
    );
    if (clashing.length === 0) return names;
    for (const i of clashing) level[i]!++;
  }
}

/** What of the schema gets a name, before overrides: partitions and what belongs to extensions does not. */
export function toNamedRelations(schema: RawSchema): {
  readonly named: ReadonlyMap<number, string>;
  readonly leftOut: ReadonlyMap<string, string>;
} {
  const candidates = schema.relations.filter((r) => r.partitionOf === null && !r.ofExtension && r.select);
  const names = toEntityNames(candidates);
  const named = new Map(candidates.map((relation, i) => [relation.oid, names[i]!]));
  const leftOut = new Map<string, string>();
  const taken = new Set(names);
  for (const relation of schema.relations) {
    if (named.has(relation.oid)) continue;
    const name =
      taken.has(relation.name) || leftOut.has(relation.name)
        ? `${relation.schema}.${relation.name}`
        : relation.name;
    leftOut.set(name, whyLeftOut(relation, named));
  }
  return { named, leftOut };
}

function whyLeftOut(relation: RawRelation, named: ReadonlyMap<number, string>): string {
  if (relation.ofExtension) return 'it belongs to an extension';
  const root = relation.partitionOf === null ? undefined : named.get(relation.partitionOf);
  if (root !== undefined) return `it is a partition of '${root}', which has its records`;
  return 'the database role may not read it';
}

/** The tables that become entities, in the order of the schema. `overrides` is by object id. */
export function toVisibleTables(
  schema: RawSchema,
  named: ReadonlyMap<number, string>,
  overrides: ReadonlyMap<number, EntityOverride>,
): readonly VisibleTable[] {
  const columns = groupBy(schema.columns, (column) => column.relation);
  const keys = groupBy(schema.keys, (key) => key.relation);
  const checks = groupBy(schema.checks, (check) => check.relation);
  const searches = groupBy(schema.searches, (search) => search.relation);
  const foreignKeys = groupBy(toTableForeignKeys(schema), (key) => key.relation);
  return schema.relations.flatMap((relation) => {
    const name = named.get(relation.oid);
    const override = overrides.get(relation.oid) ?? {};
    if (name === undefined || override.excluded === true) return [];
    const seen = (columns.get(relation.oid) ?? []).filter(
      (column) => column.select && override.fields?.[column.name]?.excluded !== true,
    );
    const known = new Set(seen.map((column) => column.name));
    const overSeen = (part: { readonly columns: readonly string[] }) =>
      part.columns.every((column) => known.has(column));
    return [
      {
        relation,
        name,
        override,
        columns: seen,
        keys: (keys.get(relation.oid) ?? []).filter(overSeen),
        foreignKeys: (foreignKeys.get(relation.oid) ?? []).filter(overSeen),
        checks: (checks.get(relation.oid) ?? []).filter(overSeen),
        searches: searches.get(relation.oid) ?? [],
      },
    ];
  });
}

/** The foreign keys without repeats; one that every partition has counts as its partitioned table's. */
export function toTableForeignKeys(schema: RawSchema): readonly RawForeignKey[] {
  const rootOf = new Map(schema.relations.map((relation) => [relation.oid, relation.partitionOf]));
  const leaves = new Map<number, number>();
  for (const { partitionOf, kind } of schema.relations) {
    if (partitionOf !== null && kind !== 'p') leaves.set(partitionOf, (leaves.get(partitionOf) ?? 0) + 1);
  }
  const shape = (key: RawForeignKey) =>
    JSON.stringify([key.columns, key.target, key.targetColumns, rootOf.get(key.relation) ?? key.relation]);
  const result: RawForeignKey[] = [];
  for (const same of groupBy(schema.foreignKeys, shape).values()) {
    const own = same.find((key) => rootOf.get(key.relation) === null);
    if (own !== undefined) {
      result.push(own);
      continue;
    }
    const first = same[0]!;
    const root = rootOf.get(first.relation) as number;
    if (new Set(same.map((key) => key.relation)).size === leaves.get(root)) {
      result.push({ ...first, relation: root });
    }
  }
  return result;
}
