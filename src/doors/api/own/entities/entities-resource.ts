// Entities and their fields, as the catalog knows them and the caller may see them. They are no rows of a table: the caller's catalog
// is put into the query, so that they are filtered, sorted and paged like everything else.
import { type Catalog, describeEntity, type Entity } from '../../../../engine/catalog/index.js';
import { toResourceShapes } from '../../../../engine/documents/index.js';
import { ident, literal } from '../../../../foundation/postgres/sql-text.js';
import { toExternalIdsQuery } from '../external-ids/external-ids-resource.js';
import type { OwnDeclaration } from '../own-entity.js';
import type { OwnResource } from '../own-resource.js';
import { STORAGES } from '../storages/storages-resource.js';
import { downloadTemplate, TEMPLATE_PARAMETERS } from './template-download.js';

/** By `withEntities`, for each caller. */
const PUT_IN_LATER = 'select null';

export const ENTITIES: OwnResource = {
  name: 'entities',
  label: 'Entities',
  description:
    'What there is: the tables and views of the application that you may see, and what you may do with them.',
  query: PUT_IN_LATER,
  key: 'name',
  fields: {
    name: { type: 'text' },
    resourceType: {
      type: 'text',
      nullable: false,
      says: 'The type of its records, and their address: /api/TYPE.',
    },
    label: { type: 'text', nullable: false },
    description: { type: 'text' },
    kind: { type: 'text', nullable: false, says: 'table, view, materialized view or foreign table' },
    table: { type: 'text', nullable: false, says: 'With its schema.' },
    estimatedRows: { type: 'int8' },
    writable: { type: 'bool', nullable: false },
    readOnlyReason: { type: 'text' },
    may: {
      type: 'jsonb',
      nullable: false,
      says: 'By action whether you may do it: with all records, some or none.',
    },
    identity: {
      type: 'jsonb',
      nullable: false,
      says: 'The fields by which records are matched, and why these.',
    },
    relations: { type: 'jsonb', nullable: false },
    uniqueKeys: { type: 'jsonb', nullable: false },
    checks: { type: 'jsonb', nullable: false },
    rules: { type: 'jsonb', nullable: false },
    strategies: { type: 'jsonb', nullable: false, says: 'Which an import may take, and why not the others.' },
    notes: { type: 'jsonb', nullable: false },
  },
  relations: { fields: { to: 'fields', by: 'entityName' } },
  downloads: { template: { parameters: TEMPLATE_PARAMETERS, run: downloadTemplate } },
};

export const FIELDS: OwnResource = {
  name: 'fields',
  label: 'Fields',
  description: 'The fields of the entities that you may see; the id is entity and field, as product.sku.',
  query: PUT_IN_LATER,
  key: 'id',
  order: ['entityName', 'place'],
  fields: {
    id: { type: 'text' },
    name: { type: 'text', nullable: false },
    place: { type: 'int8', nullable: false, says: 'Its place among the fields of the entity, from 1.' },
    label: { type: 'text', nullable: false },
    header: { type: 'text', nullable: false, says: 'What stands above the column in a file.' },
    description: { type: 'text' },
    words: { type: 'text', nullable: false, says: 'Its type in words.' },
    sql: { type: 'text', nullable: false, says: 'Its type in PostgreSQL.' },
    accepts: { type: 'text', says: 'What a cell may hold.' },
    required: { type: 'bool', nullable: false, says: 'A new record must bring it.' },
    nullable: { type: 'bool', nullable: false },
    default: { type: 'text' },
    readOnlyReason: { type: 'text' },
    entityName: { type: 'text', nullable: false },
  },
  relations: { entity: { to: 'entities', field: 'entityName' } },
};

const made = new WeakMap<Catalog, WeakMap<Catalog, Catalog>>();

/** The caller's catalog of what is our own, with the caller's entities, and what the configuration says, in it. The same object for the same two. */
export function withEntities(own: Catalog, application: Catalog, storages: readonly object[]): Catalog {
  const known = made.get(own) ?? new WeakMap<Catalog, Catalog>();
  made.set(own, known);
  const found = known.get(application);
  if (found !== undefined) return found;
  const queries: Readonly<Record<string, string>> = {
    'dovetail.entities': toQuery(ENTITIES, toEntityRows(application)),
    'dovetail.fields': toQuery(FIELDS, toFieldRows(application)),
    'dovetail.external-ids': toExternalIdsQuery(application),
    'dovetail.storages': toQuery(STORAGES, storages),
  };
  const entities = [...own.entities.values()].map((entity): [string, Entity] => {
    const query = queries[entity.name];
    return [entity.name, query === undefined ? entity : { ...entity, query }];
  });
  const filled = { ...own, entities: new Map(entities) };
  known.set(application, filled);
  return filled;
}

function toEntityRows(catalog: Catalog): readonly object[] {
  const shapes = toResourceShapes(catalog);
  return [...catalog.entities.values()].map((entity) => {
    const { fields: _, ...description } = describeEntity(catalog, entity);
    return { ...description, resourceType: shapes.ofEntity(entity.name).type, may: toMay(entity) };
  });
}

function toMay({ access, writable, rights }: Entity): object {
  const can = {
    create: rights?.insert ?? true,
    update: rights?.update ?? true,
    delete: rights?.delete ?? true,
  };
  const actions = ['view', 'create', 'update', 'delete', 'import', 'export'] as const;
  return Object.fromEntries(
    actions.map((action) => {
      const rule = access?.[action] ?? 'all';
      const possible = action in can ? writable && can[action as keyof typeof can] : true;
      return [action, possible ? (typeof rule === 'string' ? rule : 'some') : 'none'];
    }),
  );
}

function toFieldRows(catalog: Catalog): readonly object[] {
  return [...catalog.entities.values()].flatMap((entity) =>
    describeEntity(catalog, entity).fields.map(({ type, ...field }, i) => ({
      ...field,
      id: `${entity.name}.${field.name}`,
      entityName: entity.name,
      place: i + 1,
      words: type,
    })),
  );
}

/** Rows as a query: one constant, taken apart by PostgreSQL. */
function toQuery({ fields }: OwnDeclaration, rows: readonly object[]): string {
  const columns = Object.entries(fields).map(([name, { type }]) => `${ident(name)} ${type}`);
  return `select r.*, null::text as owner, null::text as unit from jsonb_to_recordset(${literal(JSON.stringify(rows))}) r(${columns.join(', ')})`;
}
