// An entity explained: what `entities show` prints, as plain data.
import type { Catalog, Entity, Field, Relation } from './catalog.js';
import { describeAccepted, describeType } from './type-words.js';

export interface EntityDescription {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly kind: Entity['kind'];
  readonly table: string;
  readonly estimatedRows?: number;
  readonly writable: boolean;
  readonly readOnlyReason?: string;
  readonly identity: { readonly fields: readonly string[]; readonly reason: string };
  readonly fields: readonly FieldDescription[];
  readonly relations: readonly RelationDescription[];
  readonly uniqueKeys: readonly {
    readonly name: string;
    readonly fields: readonly string[];
    readonly note?: string;
  }[];
  readonly checks: readonly { readonly name: string; readonly expression: string }[];
  readonly rules: readonly string[];
  readonly strategies: readonly StrategyDescription[];
  /** Other things worth knowing before an import, each a sentence. */
  readonly notes: readonly string[];
}

export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly header: string;
  readonly description?: string;
  /** In words. */
  readonly type: string;
  readonly sql: string;
  /** What a cell may hold; absent for read-only fields. */
  readonly accepts?: string;
  /** True if a new record must bring it. */
  readonly required: boolean;
  readonly nullable: boolean;
  readonly default?: string;
  readonly readOnlyReason?: string;
}

export interface RelationDescription {
  readonly name: string;
  readonly label: string;
  readonly entity: string;
  /** `one`, `many`, or `at most one` on the far side of a unique foreign key. */
  readonly leadsTo: 'one' | 'many' | 'at most one';
  /** `brand_id → brand.id`, with the join table in between where there is one. */
  readonly through: string;
  /** Paths by which an import finds the record referred to, such as `brand.name`; to-one relations only. */
  readonly importBy?: readonly string[];
  readonly inverse?: string;
}

export interface StrategyDescription {
  readonly name: 'add' | 'update' | 'add_or_update' | 'replace' | 'mirror' | 'delete';
  readonly possible: boolean;
  readonly why?: string;
}

export function describeEntity(catalog: Catalog, entity: Entity): EntityDescription {
  return {
    name: entity.name,
    label: entity.label,
    ...(entity.description === undefined ? {} : { description: entity.description }),
    kind: entity.kind,
    table: `${entity.schema}.${entity.table}`,
    ...(entity.estimatedRows === undefined ? {} : { estimatedRows: entity.estimatedRows }),
    writable: entity.writable,
    ...(entity.readOnlyReason === undefined ? {} : { readOnlyReason: entity.readOnlyReason }),
    identity: { fields: entity.identity, reason: entity.identityReason ?? '' },
    fields: entity.fields.map(describeField),
    relations: entity.relations.map((relation) => describeRelation(catalog, relation)),
    uniqueKeys: entity.uniqueKeys.map(({ name, fields, total, immediate }) => ({
      name,
      fields,
      ...(total
        ? immediate
          ? {}
          : { note: 'checked at the end of the transaction' }
        : { note: 'does not hold for NULL' }),
    })),
    checks: entity.checks.map(({ name, expression }) => ({ name, expression })),
    rules: (entity.rules ?? []).map((rule) => rule.name),
    strategies: describeStrategies(entity),
    notes: describeNotes(entity),
  };
}

function describeField(field: Field): FieldDescription {
  return {
    name: field.name,
    label: field.label,
    header: field.header,
    ...(field.description === undefined ? {} : { description: field.description }),
    type: describeType(field.type),
    sql: field.type.sql,
    ...(field.readOnly ? {} : { accepts: describeAccepted(field.type) }),
    required:
      !field.nullable && field.default === undefined && field.generated === undefined && !field.readOnly,
    nullable: field.nullable,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.readOnlyReason === undefined ? {} : { readOnlyReason: field.readOnlyReason }),
  };
}

function describeRelation(catalog: Catalog, relation: Relation): RelationDescription {
  const leadsTo = relation.kind === 'one' ? 'one' : relation.single ? 'at most one' : 'many';
  const target = catalog.entities.get(relation.entity);
  return {
    name: relation.name,
    label: relation.label,
    entity: relation.entity,
    leadsTo,
    through: describeWay(relation),
    ...(relation.kind === 'one' && target !== undefined && target.identity.length > 0
      ? { importBy: target.identity.map((field) => `${relation.name}.${field}`) }
      : {}),
    ...(relation.inverse === undefined ? {} : { inverse: relation.inverse }),
  };
}

function describeWay(relation: Relation): string {
  const pair = (fields: readonly string[], entity: string, target: readonly string[]) =>
    `${fields.join(', ')} → ${target.map((field) => `${entity}.${field}`).join(', ')}`;
  if (relation.kind === 'one' || relation.through === undefined) {
    return pair(relation.fields, relation.entity, relation.targetFields);
  }
  const { through } = relation;
  const near = pair(relation.fields, through.entity, relation.targetFields);
  return `${near}; ${pair(through.fields, relation.entity, through.targetFields)}`;
}

/** Which strategies a run may take, and why not the others. */
export function describeStrategies(entity: Entity): readonly StrategyDescription[] {
  const { insert, update, delete: remove } = entity.rights ?? { insert: true, update: true, delete: true };
  const readOnly = entity.writable ? undefined : (entity.readOnlyReason ?? 'it is read-only');
  const matching =
    readOnly ??
    (entity.identity.length === 0
      ? `records can't be matched: ${entity.identityReason ?? 'no identity'}`
      : undefined);
  const who = entity.access === undefined ? 'the database role' : 'you';
  const right = (has: boolean, what: string) => (has ? undefined : `${who} may not ${what}`);
  const both = matching ?? right(insert, 'insert') ?? right(update, 'update');
  const reasons: readonly (readonly [StrategyDescription['name'], string | undefined])[] = [
    ['add', readOnly ?? right(insert, 'insert')],
    ['update', matching ?? right(update, 'update')],
    ['add_or_update', both],
    ['replace', both],
    ['mirror', both ?? right(remove, 'delete')],
    ['delete', matching ?? right(remove, 'delete')],
  ];
  return reasons.map(([name, why]) =>
    why === undefined ? { name, possible: true } : { name, possible: false, why },
  );
}

function describeNotes(entity: Entity): readonly string[] {
  return [
    ...(entity.hasTriggers ? ['Triggers of the database run when records are written.'] : []),
    ...(entity.hasRules ? ['Rewrite rules of the database change what a write does.'] : []),
    ...(entity.inheritedBy?.length
      ? [`Records of ${entity.inheritedBy.join(', ')}, which inherit from it, are not among its own.`]
      : []),
    ...(entity.hooks?.beforeWrite || entity.hooks?.afterWrite
      ? ['Hooks of the configuration run when records are written.']
      : []),
    ...(entity.hooks?.beforeMapping || entity.hooks?.afterMapping
      ? ['Hooks of the configuration see the rows of every file that is imported.']
      : []),
    ...(entity.hooks?.beforeExport ? ['A hook of the configuration sees the rows of every export.'] : []),
  ];
}
