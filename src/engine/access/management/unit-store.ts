// The rows of dovetail.units.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { ListRange } from './list-page.js';
import { unknownName } from './value-check.js';

export interface Unit {
  /** As the application's own tables name it: what unit fields hold. */
  readonly id: string;
  readonly name: string;
  /** Absent for an organization, the root of a tree. */
  readonly parent?: string;
  /** How many units lie right under it, and how many users and clients belong to it. */
  readonly units: number;
  readonly users: number;
  readonly clients: number;
}

const SELECT = `select u.id, u.name, u.parent_id,
    (select count(*)::int from dovetail.units b where b.parent_id = u.id) as units,
    (select count(*)::int from dovetail.users p where p.unit_id = u.id) as users,
    (select count(*)::int from dovetail.clients c where c.unit_id = u.id) as clients
  from dovetail.units u`;

export async function readUnits(db: Queryable, { text, after, limit }: ListRange): Promise<readonly Unit[]> {
  const { rows } = await db.query<UnitRow>(
    `${SELECT} where (position($1 in lower(u.id)) > 0 or position($1 in lower(u.name)) > 0)
       and ($2::text is null or u.id collate "C" > $2)
     order by u.id collate "C" limit $3`,
    [text, after, limit],
  );
  return rows.map(fromRow);
}

/** Throws ACCESS-104. */
export async function readUnit(db: Queryable, id: string): Promise<Unit> {
  const { rows } = await db.query<UnitRow>(`${SELECT} where u.id = $1`, [id]);
  if (rows[0] !== undefined) return fromRow(rows[0]);
  const { rows: known } = await db.query<{ id: string }>(
    'select id from dovetail.units order by id limit 1000',
  );
  throw unknownName(
    104,
    'unit',
    id,
    known.map((row) => row.id),
  );
}

export async function insertUnit(
  db: Queryable,
  unit: {
    readonly id: string;
    readonly name: string;
    readonly parent: string | null;
    readonly createdAt: Date;
  },
): Promise<void> {
  await db.query('insert into dovetail.units (id, name, parent_id, created_at) values ($1, $2, $3, $4)', [
    unit.id,
    unit.name,
    unit.parent,
    unit.createdAt,
  ]);
}

export async function updateUnit(
  db: Queryable,
  id: string,
  name: string,
  parent: string | null,
): Promise<void> {
  await db.query('update dovetail.units set name = $2, parent_id = $3 where id = $1', [id, name, parent]);
}

export async function removeUnit(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.units where id = $1', [id]);
}

/** Whether `below` is `id` or lies somewhere under it. */
export async function isUnder(db: Queryable, id: string, below: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `with recursive above as (
       select id, parent_id from dovetail.units where id = $2
       union
       select u.id, u.parent_id from dovetail.units u join above a on a.parent_id = u.id
     )
     select exists (select from above where id = $1) as found`,
    [id, below],
  );
  return rows[0]!.found;
}

interface UnitRow extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly units: number;
  readonly users: number;
  readonly clients: number;
}

const fromRow = (row: UnitRow): Unit => ({
  id: row.id,
  name: row.name,
  ...(row.parent_id === null ? {} : { parent: row.parent_id }),
  units: row.units,
  users: row.users,
  clients: row.clients,
});
