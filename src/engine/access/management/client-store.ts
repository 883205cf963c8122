// The rows of dovetail.clients and dovetail.client_roles.
import { type HolderStore, type HolderWish, type RoleHolder, toSought } from './role-holder.js';

export interface ApiClient extends RoleHolder {
  readonly description?: string;
}

export interface ClientWish extends HolderWish {
  readonly name: string;
  readonly description?: string | null;
}

export interface ClientValues {
  readonly name: string;
  readonly description: string | null;
  readonly unit: string | null;
  readonly subject: string | null;
}

const SELECT = `select c.id::text, c.name, c.description, c.unit_id, c.subject, c.disabled_at, c.created_at,
    array(select r.role from dovetail.client_roles r where r.client_id = c.id order by r.role collate "C") as roles
  from dovetail.clients c`;

export const clientStore: HolderStore<ApiClient, ClientValues> = {
  kind: 'client',
  labelOf: (client) => client.name,
  async read(db, { text, after, limit }) {
    const { rows } = await db.query<ClientRow>(
      `${SELECT} where (position($1 in lower(c.name)) > 0 or position($1 in lower(coalesce(c.description, ''))) > 0)
         and ($2::text is null or c.name collate "C" > $2)
       order by c.name collate "C" limit $3`,
      [text, after, limit],
    );
    return rows.map(fromRow);
  },
  async find(db, label) {
    const { rows } = await db.query<ClientRow>(
      `${SELECT} where c.name = $1 or c.id::text = $2 order by (c.name = $1) desc nulls last limit 1`,
      [...toSought(label)],
    );
    return rows[0] && fromRow(rows[0]);
  },
  async readLabels(db) {
    const { rows } = await db.query<{ name: string }>(
      'select name from dovetail.clients order by id desc limit 1000',
    );
    return rows.map((row) => row.name);
  },
  async insert(db, { name, description, unit, subject }, now) {
    const { rows } = await db.query<{ id: string }>(
      `insert into dovetail.clients (name, description, unit_id, subject, created_at) values ($1, $2, $3, $4, $5)
       returning id::text`,
      [name, description, unit, subject, now],
    );
    return rows[0]!.id;
  },
  async update(db, id, { name, description, unit, subject }) {
    await db.query(
      'update dovetail.clients set name = $2, description = $3, unit_id = $4, subject = $5 where id = $1',
      [id, name, description, unit, subject],
    );
  },
  async updateDisabled(db, id, at) {
    await db.query(
      `update dovetail.clients set disabled_at = case when $2::timestamptz is null then null else coalesce(disabled_at, $2) end
       where id = $1`,
      [id, at ?? null],
    );
  },
  async remove(db, id) {
    await db.query('delete from dovetail.clients where id = $1', [id]);
  },
  async addRole(db, id, role) {
    await db.query(
      'insert into dovetail.client_roles (client_id, role) values ($1, $2) on conflict do nothing',
      [id, role],
    );
  },
  async removeRole(db, id, role) {
    await db.query('delete from dovetail.client_roles where client_id = $1 and role = $2', [id, role]);
  },
};

interface ClientRow extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly unit_id: string | null;
  readonly subject: string | null;
  readonly disabled_at: Date | null;
  readonly created_at: Date;
  readonly roles: readonly string[];
}

const fromRow = (row: ClientRow): ApiClient => ({
  id: row.id,
  name: row.name,
  roles: row.roles,
  ...(row.description === null ? {} : { description: row.description }),
  ...(row.unit_id === null ? {} : { unit: row.unit_id }),
  ...(row.subject === null ? {} : { subject: row.subject }),
  createdAt: row.created_at,
  ...(row.disabled_at === null ? {} : { disabledAt: row.disabled_at }),
});
