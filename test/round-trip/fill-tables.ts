// Rows for the empty tables of somebody's schema: few, made by rule, and true to every foreign key and check.
import type { Entity, Field, ToOneRelation } from '../../src/engine/catalog/catalog.js';
import type { Client } from '../../src/foundation/postgres/database.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';
import { listTables, type RoundTrip } from './round-trip-fixture.js';

const ROWS = 5;

/**
 * Fills the empty tables, each after those it refers to, with triggers off. Returns the names of the tables that stay empty
 * because no row made this way satisfies their checks.
 */
export async function fillTables(at: RoundTrip): Promise<readonly string[]> {
  const empty: string[] = [];
  await at.database.transaction(async (client) => {
    await client.query(toggleTriggers(at, 'disable'));
    for (const entity of listTables(at)) {
      const table = ident(entity.schema, entity.table);
      if ((await client.query(`select from only ${table} limit 1`)).rowCount !== 0) continue;
      let filled = 0;
      for (let row = 1; row <= ROWS; row++) if (await insertRow(client, at, entity, row)) filled++;
      if (filled === 0) empty.push(entity.name);
    }
    await client.query('set constraints all immediate');
    await client.query(toggleTriggers(at, 'enable'));
  });
  return empty;
}

/** A statement that turns the application's own triggers off or on; keys and checks hold in any case. */
export function toggleTriggers(at: RoundTrip, to: 'disable' | 'enable'): string {
  return listTables(at)
    .map((entity) => `alter table ${ident(entity.schema, entity.table)} ${to} trigger user`)
    .join('; ');
}

async function insertRow(client: Client, at: RoundTrip, entity: Entity, row: number): Promise<boolean> {
  const values = new Map<string, string | null>();
  for (const relation of entity.relations) {
    if (relation.kind === 'one') await refer(client, at, relation, row, values);
  }
  for (const [i, field] of entity.fields.entries()) {
    if (values.has(field.name) || field.generated !== undefined || field.default !== undefined) continue;
    // One row with nothing but what it must have, and NULL here and there in the others.
    const isNull = field.nullable && (row === 1 || (row + i) % 4 === 0);
    values.set(field.name, isNull ? null : (findAllowed(entity, field, row) ?? toValue(field, row)));
  }
  const names = [...values.keys()];
  const into =
    names.length === 0
      ? 'default values'
      : `(${names.map((name) => ident(name)).join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`;
  await client.query('savepoint filling');
  try {
    await client.query(`insert into ${ident(entity.schema, entity.table)} ${into}`, [...values.values()]);
    await client.query('release savepoint filling');
    return true;
  } catch {
    await client.query('rollback to savepoint filling');
    return false;
  }
}

/** Points the row at a record that is there; where there is none, at nothing. */
async function refer(
  client: Client,
  at: RoundTrip,
  relation: ToOneRelation,
  row: number,
  values: Map<string, string | null>,
): Promise<void> {
  const target = at.catalog.entities.get(relation.entity);
  if (!target || relation.fields.some((name) => values.get(name) != null)) return;
  const columns = relation.targetFields.map((name) => `${ident(name)}::text`).join(', ');
  const { rows } = await client.query<string[]>({
    text: `select ${columns} from only ${ident(target.schema, target.table)} order by 1 limit ${ROWS}`,
    rowMode: 'array',
  } as never);
  const found = rows[row % Math.max(1, rows.length)] as unknown as string[] | undefined;
  for (const [i, name] of relation.fields.entries()) values.set(name, found?.[i] ?? null);
}

const VALUES: Readonly<Record<string, (row: number) => string>> = {
  bool: (row) => String(row % 2 === 0),
  date: (row) => `2024-02-0${row}`,
  timestamp: (row) => `2024-02-0${row} 10:20:30.5`,
  timestamptz: (row) => `2024-02-0${row} 10:20:30.5+02`,
  time: (row) => `0${row}:00:00`,
  interval: (row) => `${row} days 1 mon`,
  bytea: (row) => `\\x0${row}ff`,
  json: (row) => `{"row": ${row}}`,
  jsonb: (row) => `{"row": ${row}}`,
  uuid: (row) => `00000000-0000-0000-0000-00000000000${row}`,
  tsvector: (row) => `'w${row}':1`,
  xml: (row) => `<a>${row}</a>`,
  inet: (row) => `10.0.0.${row}`,
};

const TEXTS = ['', 'a "b", c', 'ü\n\\x', ' c ', 'NULL', '0012'];

/** One of the constants that a check compares the field with. */
function findAllowed(entity: Entity, field: Field, row: number): string | undefined {
  const checks = entity.checks.filter((check) => check.fields.length === 1 && check.fields[0] === field.name);
  const allowed = checks.flatMap(({ expression }) =>
    [...expression.matchAll(/'([^']+)'::/g)].map((match) => match[1]!),
  );
  return allowed.length === 0 ? undefined : allowed[row % allowed.length];
}

function toValue({ type }: Field, row: number): string {
  if (type.array) return row % 2 === 0 ? '{}' : '{NULL}';
  if (type.kind === 'enum') return type.labels![row % type.labels!.length]!;
  if (/^(int|float|numeric|money|oid)/.test(type.base)) return String(row);
  const made = VALUES[type.base];
  if (made) return made(row);
  const text = `${row}${TEXTS[row % TEXTS.length]}`;
  return type.length === undefined ? text : text.slice(0, type.length);
}
