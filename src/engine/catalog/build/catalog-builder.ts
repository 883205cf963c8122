// From the raw rows and the overrides to the frozen catalog. Pure: the same input gives the same catalog.
import { createHash } from 'node:crypto';
import type { Catalog, Entity, EntityKind, Field, Relation, UniqueKey } from '../catalog.js';
import { catalogError } from '../catalog-errors.js';
import type { RawColumn, RawRelation, RawSchema } from '../introspect/raw-schema.js';
import type { EntityOverrides } from '../overrides/entity-override.js';
import type { EntityHooks } from '../overrides/entity-rules.js';
import { HOOK_NAMES } from '../overrides/hook-context.js';
import { toBoundOverrides, unknownName } from '../overrides/override-binding.js';
import { withBelonging } from './belonging-builder.js';
import { toReferenceOrder } from './entity-order.js';
import { isNullable, toChecks, toFields, toUniqueKeys, toWritability } from './field-builder.js';
import { freezeDeep } from './frozen-data.js';
import { groupBy } from './grouping.js';
import { guessIdentity, type Identity } from './identity-guess.js';
import { toLabel } from './name-words.js';
import { toRelations } from './relation-builder.js';
import { fieldsSetByTriggers } from './trigger-fields.js';
import { toNamedRelations, toVisibleTables, type VisibleTable } from './visible-tables.js';

const KINDS: Readonly<Record<string, EntityKind>> = {
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
};

/** Throws CATALOG-202 and CATALOG-203 for overrides that don't fit. */
export function buildCatalog(schema: RawSchema, overrides: EntityOverrides = {}): Catalog {
  const types = new Map(schema.types.map((type) => [type.oid, type]));
  const { named, leftOut } = toNamedRelations(schema);
  const bound = toBoundOverrides(overrides, schema, named, leftOut);
  const tables = toVisibleTables(schema, named, bound);
  const relations = toRelations(tables, toNullability(tables, types));
  const estimates = toEstimates(schema);
  const lineage = toLineage(tables);
  const entities = tables.map((table): Entity => {
    const fields = toFields(table, types);
    const uniqueKeys = toUniqueKeys(table, types);
    const own = relations.get(table.name) ?? [];
    const identity = toIdentity(table, fields, uniqueKeys, own);
    const description = table.override.description ?? table.relation.comment?.trim();
    const primaryKey = uniqueKeys.find((key) => key.primary)?.fields;
    const estimate = estimates.get(table.relation.oid);
    const { rules } = table.override;
    const hooks = toHooks(table.override);
    return {
      name: table.name,
      schema: table.relation.schema,
      table: table.relation.name,
      kind: KINDS[table.relation.kind]!,
      label: table.override.label ?? toLabel(table.relation.name),
      ...(description ? { description } : {}),
      fields,
      relations: own,
      ...(primaryKey === undefined ? {} : { primaryKey }),
      uniqueKeys,
      identity: identity.fields,
      identityReason: identity.reason,
      checks: toChecks(table),
      ...toWritability(table),
      ...(estimate === undefined ? {} : { estimatedRows: estimate }),
      hasTriggers: ofTable(schema, table).some((relation) => relation.hasTriggers),
      ...toTriggerFields(ofTable(schema, table)),
      ...(table.relation.hasRules && table.relation.kind !== 'v' ? { hasRules: true } : {}),
      ...lineage.get(table.relation.oid),
      full: toFull(table, own),
      ...(rules === undefined ? {} : { rules }),
      ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
    };
  });
  const overridden = new Map(tables.map(({ name, override }) => [name, override]));
  return toCatalog(
    toReferenceOrder(withBelonging(entities, overridden)),
    withExcluded(leftOut, named, tables),
  );
}

function toFull({ name, override }: VisibleTable, relations: readonly Relation[]): Entity['full'] {
  const full = override.full ?? false;
  const names = relations.map((relation) => relation.name);
  const wrong = typeof full === 'boolean' ? undefined : full.find((wanted) => !names.includes(wanted));
  if (wrong === undefined) return full;
  throw unknownName(`entities.${name}.full: '${name}' has no relation '${wrong}'`, wrong, names);
}

/** The table itself and its partitions. */
function ofTable(schema: RawSchema, table: VisibleTable): readonly RawRelation[] {
  const { oid } = table.relation;
  return schema.relations.filter((relation) => relation.oid === oid || relation.partitionOf === oid);
}

function toTriggerFields(relations: readonly RawRelation[]): Pick<Entity, 'setByTriggers'> {
  const setByTriggers = fieldsSetByTriggers(relations.flatMap((relation) => relation.rowTriggers));
  return setByTriggers === 'any' || setByTriggers.length > 0 ? { setByTriggers } : {};
}

function toCatalog(entities: readonly Entity[], leftOut: ReadonlyMap<string, string>): Catalog {
  const fingerprint = createHash('sha256').update(toComparableText(entities)).digest('hex');
  return freezeDeep({
    entities: new Map(entities.map((entity) => [entity.name, entity])),
    fingerprint,
    leftOut,
  });
}

// Estimates come and go with every analyze; functions count by their text.
function toComparableText(entities: readonly Entity[]): string {
  return JSON.stringify(entities, (key, value) => {
    if (key === 'estimatedRows') return undefined;
    return typeof value === 'function' ? String(value) : value;
  });
}

function toNullability(
  tables: readonly VisibleTable[],
  types: ReadonlyMap<number, RawSchema['types'][number]>,
) {
  const columns = new Map<VisibleTable, ReadonlyMap<string, RawColumn>>(
    tables.map((table) => [table, new Map(table.columns.map((column) => [column.name, column]))]),
  );
  return (table: VisibleTable, column: string) => isNullable(columns.get(table)!.get(column)!, types);
}

function toIdentity(
  table: VisibleTable,
  fields: readonly Field[],
  keys: readonly UniqueKey[],
  relations: readonly Relation[],
): Identity {
  const chosen = table.override.identity;
  if (chosen === undefined) {
    const referring = relations.flatMap((relation) => (relation.kind === 'one' ? relation.fields : []));
    return guessIdentity(fields, keys, new Set(referring));
  }
  const names = typeof chosen === 'string' ? [chosen] : chosen;
  const isView = table.relation.kind === 'v' || table.relation.kind === 'm';
  const holding = keys.find((key) => key.fields.every((name) => names.includes(name)));
  if (holding === undefined && !isView) {
    const list = keys.map((key) => `(${key.fields.join(', ')})`).join(', ');
    throw catalogError(203, {
      detail: `entities.${table.name}.identity: no unique key of '${table.name}' lies within (${names.join(', ')}), so several records could match.`,
      hint: list === '' ? 'The table has no unique key; add one.' : `Its unique keys are ${list}.`,
      pointer: { entity: table.name },
    });
  }
  return { fields: names, reason: 'chosen in the configuration' };
}

// A partitioned table that was never analyzed itself has as many records as its partitions together.
function toEstimates(schema: RawSchema): ReadonlyMap<number, number> {
  const partitions = groupBy(
    schema.relations.filter((relation) => relation.kind !== 'p'),
    (relation) => relation.partitionOf,
  );
  const result = new Map<number, number>();
  for (const { oid, kind, estimate } of schema.relations) {
    const parts = kind === 'p' && estimate < 0 ? (partitions.get(oid) ?? []) : [];
    if (estimate >= 0 && kind !== 'v') result.set(oid, estimate);
    else if (parts.length > 0 && parts.every((part) => part.estimate >= 0)) {
      result.set(
        oid,
        parts.reduce((sum, part) => sum + part.estimate, 0),
      );
    }
  }
  return result;
}

function toLineage(
  tables: readonly VisibleTable[],
): ReadonlyMap<number, Pick<Entity, 'inherits' | 'inheritedBy'>> {
  const byOid = new Map(tables.map((table) => [table.relation.oid, table.name]));
  return new Map(
    tables.map(({ relation }) => {
      const parents = relation.parents.flatMap((oid) => byOid.get(oid) ?? []);
      const children = tables.filter((t) => t.relation.parents.includes(relation.oid)).map((t) => t.name);
      return [
        relation.oid,
        {
          ...(parents.length > 0 ? { inherits: parents } : {}),
          ...(children.length > 0 ? { inheritedBy: children } : {}),
        },
      ];
    }),
  );
}

function withExcluded(
  leftOut: ReadonlyMap<string, string>,
  named: ReadonlyMap<number, string>,
  tables: readonly VisibleTable[],
): ReadonlyMap<string, string> {
  const visible = new Set(tables.map((table) => table.name));
  const excluded = [...named.values()].filter((name) => !visible.has(name));
  return new Map([...leftOut, ...excluded.map((name) => [name, 'the configuration excludes it'] as const)]);
}

const toHooks = (override: EntityHooks): EntityHooks =>
  Object.fromEntries(HOOK_NAMES.flatMap((name) => (override[name] ? [[name, override[name]]] : [])));
