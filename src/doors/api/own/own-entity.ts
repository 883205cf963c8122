// Something of Dovetail's own, declared in a few lines, as an entity like the application's: so that one way of reading serves both.
import type { Entity, Field, FieldType, Relation } from '../../../engine/catalog/index.js';

export type OwnType = 'text' | 'int8' | 'bool' | 'timestamptz' | 'jsonb';

export interface OwnField {
  readonly type: OwnType;
  /** In plain words. */
  readonly says?: string;
  /** Default true. */
  readonly nullable?: boolean;
}

/** `field` refers to the key of another one; or `by`, a field there, refers to the key of this one. */
export type OwnRelation =
  | { readonly to: string; readonly field: string }
  | { readonly to: string; readonly by: string };

export interface OwnDeclaration {
  /** The plural: `runs` lies at `/dovetail/runs`, is of the type `dovetail-runs`, and rights call it `dovetail.runs`. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /**
   * Gives a column for each field, and two more for the rights to look at: `owner`, whose it is (`client 7`, `user 3`), and `unit`, the id
   * of the unit it belongs to. Nothing secret is in it.
   */
  readonly query: string;
  readonly key: string;
  /** Fields in order of weight, a minus before one that descends. Default: the key. */
  readonly order?: readonly string[];
  readonly fields: Readonly<Record<string, OwnField>>;
  readonly relations?: Readonly<Record<string, OwnRelation>>;
}

/** Which writes there are at all; of a caller's catalog `access` says the rest. */
export interface OwnWrites {
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

export function toOwnEntity(declaration: OwnDeclaration, rights: OwnWrites): Entity {
  const { name, key, order } = declaration;
  return {
    name: toOwnName(name),
    schema: 'dovetail',
    table: name,
    kind: 'view',
    query: declaration.query,
    label: declaration.label,
    description: declaration.description,
    fields: Object.entries(declaration.fields).map(([field, one]) => toField(field, one, field === key)),
    relations: Object.entries(declaration.relations ?? {}).map(([relation, one]) =>
      toRelation(relation, one, key),
    ),
    primaryKey: [key],
    uniqueKeys: [{ name: key, fields: [key], primary: true, total: true, immediate: true }],
    identity: [key],
    checks: [],
    writable: rights.insert || rights.update || rights.delete,
    rights,
    hasTriggers: false,
    full: false,
    ...(order === undefined ? {} : { order: order.map(toOrder) }),
    owner: { field: 'owner' },
    unit: { field: 'unit' },
  };
}

const toOrder = (text: string) => ({ path: [text.replace(/^-/, '')], descending: text.startsWith('-') });

const toOwnName = (name: string): string => `dovetail.${name}`;

function toField(name: string, { type, says, nullable = true }: OwnField, isKey: boolean): Field {
  return {
    name,
    label: name,
    header: name,
    ...(says === undefined ? {} : { description: says }),
    type: toType(type),
    nullable: nullable && !isKey,
    readOnly: true,
    readOnlyReason: 'Dovetail itself says what it is',
  };
}

const toType = (base: OwnType): FieldType => ({
  sql: base === 'timestamptz' ? 'timestamp with time zone' : base,
  base,
  kind: 'base',
  array: false,
  deterministic: true,
  comparable: true,
});

/** Every key is one field called as the other's key: they all are `id`, or `name`. */
function toRelation(name: string, relation: OwnRelation, key: string): Relation {
  const about = { name, label: name, entity: toOwnName(relation.to) };
  if ('by' in relation)
    return { ...about, kind: 'many', fields: [key], targetFields: [relation.by], single: false };
  return {
    ...about,
    kind: 'one',
    fields: [relation.field],
    targetFields: [KEYS[relation.to] ?? 'id'],
    constraint: name,
    nullable: true,
    deferrable: false,
  };
}

/** Of those whose key is not `id`. */
const KEYS: Readonly<Record<string, string>> = {
  entities: 'name',
  roles: 'name',
  mappings: 'name',
  exports: 'name',
  'alert-routes': 'name',
};
