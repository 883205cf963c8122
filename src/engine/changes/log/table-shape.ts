// What a table looked like when changes of it were logged. The log's values are read by it, so it is kept as long as they are.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';
import type { RelationMessage } from '../pgoutput/pgoutput-message.js';

export interface TableShape {
  readonly id: number;
  readonly name: TableName;
  /** In the order of the values. */
  readonly columns: readonly ShapeColumn[];
  /** Places of the key's columns among them, in the order of the key. */
  readonly key: readonly number[];
}

export interface ShapeColumn {
  readonly name: string;
  /** Its oid. */
  readonly type: number;
  readonly modifier: number;
  /** Its place in the key, from 1; 0: no part of it. */
  readonly key: number;
}

/** The id of a shape, which is written down if it is new. */
export async function keepShape(db: Queryable, relation: Omit<RelationMessage, 'kind'>): Promise<number> {
  const key = await readKeyColumns(db, relation);
  const columns = relation.columns.map(({ name, type, modifier }) => ({
    name,
    type,
    modifier,
    key: key.indexOf(name) + 1,
  }));
  const values = [relation.schema, relation.table, JSON.stringify(columns)];
  const found = await db.query<{ id: number }>(
    `select id from dovetail.change_tables
     where schema_name = $1 and table_name = $2 and digest = md5($3::jsonb::text)`,
    values,
  );
  if (found.rows[0] !== undefined) return found.rows[0].id;
  const made = await db.query<{ id: number }>(
    `insert into dovetail.change_tables (schema_name, table_name, columns) values ($1, $2, $3)
     on conflict (schema_name, table_name, digest) do update set table_name = excluded.table_name returning id`,
    values,
  );
  return made.rows[0]!.id;
}

/**
 * The stream tells which columns are the replica identity, but neither their order nor, where it is the full row, the key: so the catalog
 * is asked, as it is now. What it says counts only where it agrees with the stream, which tells of the time of the change.
 */
async function readKeyColumns(
  db: Queryable,
  { relation, identity, columns }: Omit<RelationMessage, 'kind'>,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ names: readonly string[] }>(
    `select array(
       select a.attname::text from unnest(i.indkey::int2[]) with ordinality k (number, place)
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
       where k.place <= i.indnkeyatts order by k.place) as names
     from pg_index i
     where i.indrelid = $1 and case when $2 = 'i' then i.indisreplident else i.indisprimary end`,
    [relation, identity],
  );
  const names = rows[0]?.names ?? [];
  const told = columns.filter((column) => column.identity).map((column) => column.name);
  if (identity === 'f' || told.length === 0) {
    return names.every((name) => columns.some((column) => column.name === name)) ? names : [];
  }
  const agrees = names.length === told.length && told.every((name) => names.includes(name));
  return agrees ? names : told;
}

/** Those of the ids that there are. */
export async function listShapes(db: Queryable, ids: readonly number[]): Promise<readonly TableShape[]> {
  const { rows } = await db.query<{
    id: number;
    schema: string;
    table: string;
    columns: readonly ShapeColumn[];
  }>(
    `select id, schema_name::text as schema, table_name::text as "table", columns from dovetail.change_tables where id = any ($1)`,
    [ids],
  );
  return rows.map(({ id, schema, table, columns }) => ({
    id,
    name: { schema, table },
    columns,
    key: toKeyPlaces(columns),
  }));
}

function toKeyPlaces(columns: readonly ShapeColumn[]): readonly number[] {
  return columns
    .map(({ key }, place) => ({ key, place }))
    .filter(({ key }) => key > 0)
    .sort((a, b) => a.key - b.key)
    .map(({ place }) => place);
}
