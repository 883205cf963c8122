// Which tables and columns a run keeps for its undo, described as they are when it writes, so that an undo weeks later
// knows whether it still speaks of the same table.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Entity } from '../../catalog/catalog.js';
import { comparedSets } from '../write/judge-sql.js';
import type { WritePlan } from '../write/plan-parts.js';
import type { Keeping, KeptColumn, KeptTable } from './keeping.js';

/**
 * Describes the tables the plans of a run may write to, and notes them with the run; the same again notes nothing new. A text
 * is the reason, in plain words, why what they write can't be undone.
 */
export async function noteKeptTables(
  db: Queryable,
  plans: readonly WritePlan[],
  runId: string,
): Promise<Keeping | string> {
  const entities = plans.flatMap((plan) => [
    plan.entity,
    ...plan.references.filter((reference) => reference.create).map(({ entity }) => entity),
  ]);
  const described: KeptTable[] = [];
  for (const entity of new Set(entities)) {
    const table = await describeTable(db, plans, entity);
    if (typeof table === 'string') return table;
    described.push(table);
  }
  const known = await db.query<{ number: number; description: KeptTable }>(
    'select number, description from dovetail.run_undo_tables where run_id = $1 order by number',
    [runId],
  );
  const numbers = known.rows.map(({ number, description }) => ({ number, text: canonical(description) }));
  const tables = new Map<string, { number: number; table: KeptTable }>();
  for (const table of described) {
    const text = canonical(table);
    let number = numbers.find((other) => other.text === text)?.number;
    if (number === undefined) {
      number = numbers.length + 1;
      numbers.push({ number, text });
      await db.query(
        'insert into dovetail.run_undo_tables (run_id, number, description) values ($1, $2, $3)',
        [runId, number, text],
      );
    }
    tables.set(table.entity, { number, table });
  }
  const { rows } = await db.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  return { runId, tables, returnsOld: rows[0]!.version >= 180_000 };
}

/** jsonb does not keep the order of keys. */
function canonical({ entity, schema, table, only, key, columns, updated }: KeptTable): string {
  const list = (part: readonly KeptColumn[]) => part.map(({ name, type }) => ({ name, type }));
  return JSON.stringify({
    entity,
    schema,
    table,
    only,
    key: list(key),
    columns: list(columns),
    updated: list(updated),
  });
}

interface StoredColumn extends KeptColumn {
  readonly computed: boolean;
  readonly always: boolean;
  readonly readable: boolean;
}

export async function listStoredColumns(
  db: Queryable,
  table: { readonly schema: string; readonly table: string },
): Promise<readonly StoredColumn[]> {
  const { rows } = await db.query<StoredColumn & Record<string, unknown>>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attgenerated <> '' as computed,
       a.attidentity = 'a' as always, has_column_privilege(a.attrelid, a.attnum, 'select') as readable
     from pg_catalog.pg_attribute a
     where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [ident(table.schema, table.table)],
  );
  return rows;
}

async function describeTable(
  db: Queryable,
  plans: readonly WritePlan[],
  entity: Entity,
): Promise<KeptTable | string> {
  const names = findKey(entity);
  if (names === undefined) return `${entity.name} has no key by which each of its records can be found again`;
  if (entity.hasRules) return `${entity.name} has rewrite rules, which hide what is written`;
  const stored = await listStoredColumns(db, entity);
  const hidden = stored.find((column) => !column.readable);
  if (hidden) return `the role may not read ${entity.name}.${hidden.name}`;
  const plain = ({ name, type }: StoredColumn): KeptColumn => ({ name, type });
  const kept = stored.filter((column) => !column.computed);
  const set = setFields(plans, entity);
  return {
    entity: entity.name,
    schema: entity.schema,
    table: entity.table,
    only: entity.inheritedBy !== undefined,
    key: names.map((name) => plain(stored.find((column) => column.name === name)!)),
    columns: kept.map(plain),
    updated: kept
      .filter((column) => !column.always && (set === 'any' || set.includes(column.name)))
      .map(plain),
  };
}

/** The primary key, else the first key that every record has. */
function findKey(entity: Entity): readonly string[] | undefined {
  if (entity.primaryKey) return entity.primaryKey;
  const nullable = (name: string) => entity.fields.find((field) => field.name === name)?.nullable !== false;
  return entity.uniqueKeys.find((key) => !key.fields.some(nullable))?.fields;
}

function setFields(plans: readonly WritePlan[], entity: Entity): readonly string[] | 'any' {
  const writing = plans.filter((plan) => plan.entity === entity);
  if (writing.length === 0) return [];
  if (entity.setByTriggers === 'any') return 'any';
  const set = writing.flatMap((plan) => comparedSets(plan).map(({ field }) => field.name));
  return [...new Set([...set, ...(entity.setByTriggers ?? [])])];
}
