// Units: the tree by which levels reach further than one's own records.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import { changeAccess } from './access-change.js';
import { type ListPage, type ListWish, toPage, toRange } from './list-page.js';
import { insertUnit, isUnder, readUnit, readUnits, removeUnit, type Unit, updateUnit } from './unit-store.js';
import { checkOptionalText, checkText, toTaken } from './value-check.js';

export interface UnitWish {
  /** What the application's own tables hold for it. It stays. */
  readonly id: string;
  /** Default: the id. */
  readonly name?: string;
  /** Default, and null: none, it is an organization. */
  readonly parent?: string | null;
}

/** Unknown units throw ACCESS-104. */
export interface UnitServices {
  list(wish?: ListWish): Promise<ListPage<Unit>>;
  read(id: string): Promise<Unit>;
  /** Throws ACCESS-106 and 107. */
  create(wish: UnitWish): Promise<Unit>;
  /** What is not named stays. Throws ACCESS-107, and ACCESS-111 for a parent that lies under it. */
  change(id: string, wish: Omit<Partial<UnitWish>, 'id'>): Promise<Unit>;
  /** Throws ACCESS-110 while units, users or clients are in it. */
  delete(id: string): Promise<void>;
}

export function createUnitServices(rooms: {
  readonly database: Database;
  readonly clock: Clock;
}): UnitServices {
  const { database, clock } = rooms;
  return {
    async list(wish = {}) {
      const range = toRange(wish);
      return toPage(await readUnits(database, range), range, (unit) => unit.id);
    },
    read: (id) => readUnit(database, id),
    async create(wish) {
      const id = checkText('id of the unit', wish.id);
      const name = checkText('name of the unit', wish.name ?? id);
      const parent = checkOptionalText('parent', wish.parent);
      return changeAccess(database, {}, async (client) => {
        if (parent !== null) await readUnit(client, parent);
        await insertUnit(client, { id, name, parent, createdAt: clock.now() }).catch((error) => {
          throw toTaken(error, 'unit', id);
        });
        return readUnit(client, id);
      });
    },
    change: (id, wish) =>
      changeAccess(database, {}, async (client) => {
        const before = await readUnit(client, id);
        const parent =
          wish.parent === undefined ? (before.parent ?? null) : checkOptionalText('parent', wish.parent);
        if (parent !== null) {
          await readUnit(client, parent);
          if (await isUnder(client, id, parent)) {
            throw accessError(111, {
              detail:
                parent === id ? `'${id}' can't lie under itself.` : `'${parent}' lies under '${id}' itself.`,
              hint: 'Move that one away first.',
            });
          }
        }
        await updateUnit(client, id, checkText('name of the unit', wish.name ?? before.name), parent);
        return readUnit(client, id);
      }),
    delete: (id) =>
      changeAccess(database, {}, async (client) => {
        const { units, users, clients } = await readUnit(client, id);
        if (units + users + clients > 0) {
          throw accessError(110, {
            detail: `In the unit '${id}' are still ${units} units, ${users} users and ${clients} clients.`,
            hint: 'Move or remove them first.',
          });
        }
        await removeUnit(client, id);
      }),
  };
}
