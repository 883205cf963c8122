// What every change of access goes through: one after the other, and never so that nobody is left who may change it back.
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import type { Caller } from '../caller.js';

export const ADMINISTRATOR = 'administrator';

export interface ChangeOptions {
  /** True: even if nobody is administrator afterwards. */
  readonly force?: boolean;
  /** For whom: it is held against what they may do themselves. Default: for whoever runs the program. */
  readonly by?: Caller | undefined;
}

/** Runs `work` in a transaction that no other change of access runs beside. Throws ACCESS-109, with nothing changed. */
export function changeAccess<T>(
  database: Database,
  { force = false }: ChangeOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return database.transaction(async (client) => {
    await lockAccess(client);
    const before = await countAdministrators(client);
    const result = await work(client);
    if (!force && before > 0 && (await countAdministrators(client)) === 0) {
      throw accessError(109, {
        detail: 'Nobody who is not disabled would have the role administrator any more.',
        hint: 'Give it to somebody else first, or insist with force.',
      });
    }
    return result;
  });
}

/** Until the transaction ends nobody else changes anything of it. It is the row that every change raises anyway. */
export async function lockAccess(db: Queryable): Promise<void> {
  await db.query('select from dovetail.access_version for update');
}

async function countAdministrators(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select (
       (select count(*) from dovetail.user_roles r join dovetail.users u on u.id = r.user_id
        where r.role = $1 and u.disabled_at is null) +
       (select count(*) from dovetail.client_roles r join dovetail.clients c on c.id = r.client_id
        where r.role = $1 and c.disabled_at is null))::int as count`,
    [ADMINISTRATOR],
  );
  return rows[0]!.count;
}
