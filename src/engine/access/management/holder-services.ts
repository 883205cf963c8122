// What can be done with users and clients alike.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { type ChangeOptions, changeAccess } from './access-change.js';
import { type ListPage, type ListWish, toPage, toRange } from './list-page.js';
import { openReach } from './reach-check.js';
import { type HolderLabel, type HolderStore, type RoleHolder, toSought } from './role-holder.js';
import { readRoleName } from './role-store.js';
import { readUnit } from './unit-store.js';
import { toTaken, unknownName } from './value-check.js';

/** Users are named by e-mail address, clients by name; both by id as well. Unknown ones throw ACCESS-102 or ACCESS-103. */
export interface HolderServices<Holder extends RoleHolder, Wish> {
  list(wish?: ListWish): Promise<ListPage<Holder>>;
  read(label: string): Promise<Holder>;
  /** Throws ACCESS-104, 106 and 107. */
  create(wish: Wish): Promise<Holder>;
  /**
   * Makes one (no label), or changes one, with its roles and all else at once; what is not named stays. Throws as all of those below,
   * and ACCESS-112 where it may do more than `by`, or would.
   */
  save(label: HolderLabel | undefined, wish: HolderChange<Wish>, options?: ChangeOptions): Promise<Holder>;
  /** What is not named stays; null takes away. Throws ACCESS-104, 106 and 107. */
  change(label: string, wish: Partial<Wish>): Promise<Holder>;
  /** From now on it is nobody. Throws ACCESS-109. */
  disable(label: string, options?: ChangeOptions): Promise<Holder>;
  enable(label: string): Promise<Holder>;
  /** Throws ACCESS-109. */
  delete(label: HolderLabel, options?: ChangeOptions): Promise<void>;
  /** Throws ACCESS-101. */
  giveRole(label: string, role: string): Promise<Holder>;
  /** Does nothing if it has not got the role. Throws ACCESS-101 and 109. */
  takeRole(label: string, role: string, options?: ChangeOptions): Promise<Holder>;
}

export type HolderChange<Wish> = Partial<Wish> & {
  /** All it is to have. */
  readonly roles?: readonly string[];
  readonly disabled?: boolean;
};

export interface HolderRooms {
  readonly database: Database;
  readonly clock: Clock;
}

export function createHolderServices<Holder extends RoleHolder, Values extends { unit: string | null }, Wish>(
  { database, clock }: HolderRooms,
  store: HolderStore<Holder, Values>,
  /** Checks a wish; what it leaves open is as in `before`. */
  toValues: (wish: Partial<Wish>, before: Holder | undefined) => Values,
  /** What else of a wish is to be written. */
  also?: (client: Client, id: string, wish: Partial<Wish>) => Promise<void>,
): HolderServices<Holder, Wish> {
  async function read(db: Queryable, label: HolderLabel): Promise<Holder> {
    const found = await store.find(db, label);
    if (found !== undefined) return found;
    throw unknownName(
      store.kind === 'user' ? 102 : 103,
      store.kind,
      toSought(label)[1],
      await store.readLabels(db),
    );
  }

  const change = (
    label: HolderLabel,
    options: ChangeOptions,
    work: (client: Client, holder: Holder) => Promise<unknown>,
  ): Promise<Holder> =>
    changeAccess(database, options, async (client) => {
      const checkReach = await openReach(client, options.by);
      const holder = await read(client, label);
      await checkReach(holder);
      await work(client, holder);
      const after = await read(client, { id: holder.id });
      await checkReach(after);
      return after;
    });

  async function save<T>(client: Client, values: Values, statement: () => Promise<T>): Promise<T> {
    if (values.unit !== null) await readUnit(client, values.unit);
    return statement().catch((error) => {
      throw toTaken(error, store.kind, store.labelOf(values));
    });
  }

  async function saveParts(
    client: Client,
    { id, roles: had }: Holder,
    { roles, disabled }: HolderChange<Wish>,
  ): Promise<void> {
    for (const role of roles ?? [])
      if (!had.includes(role)) await store.addRole(client, id, await readRoleName(client, role));
    for (const role of had)
      if (roles !== undefined && !roles.includes(role)) await store.removeRole(client, id, role);
    if (disabled !== undefined) await store.updateDisabled(client, id, disabled ? clock.now() : undefined);
  }

  return {
    save(label, wish, options = {}) {
      if (label !== undefined)
        return change(label, options, async (client, holder) => {
          const values = toValues(wish, holder);
          await save(client, values, () => store.update(client, holder.id, values));
          await saveParts(client, holder, wish);
          await also?.(client, holder.id, wish);
        });
      const values = toValues(wish, undefined);
      return changeAccess(database, options, async (client) => {
        const checkReach = await openReach(client, options.by);
        const id = await save(client, values, () => store.insert(client, values, clock.now()));
        await saveParts(client, await read(client, { id }), wish);
        await also?.(client, id, wish);
        const made = await read(client, { id });
        await checkReach(made);
        return made;
      });
    },
    async list(wish = {}) {
      const range = toRange(wish);
      return toPage(await store.read(database, range), range, (holder) => store.labelOf(holder));
    },
    read: (label) => read(database, label),
    async create(wish) {
      const values = toValues(wish, undefined);
      return changeAccess(database, {}, async (client) =>
        read(client, { id: await save(client, values, () => store.insert(client, values, clock.now())) }),
      );
    },
    change: (label, wish) =>
      change(label, {}, async (client, holder) => {
        const values = toValues(wish, holder);
        await save(client, values, () => store.update(client, holder.id, values));
      }),
    disable: (label, options = {}) =>
      change(label, options, (client, holder) => store.updateDisabled(client, holder.id, clock.now())),
    enable: (label) => change(label, {}, (client, { id }) => store.updateDisabled(client, id, undefined)),
    delete: (label, options = {}) =>
      changeAccess(database, options, async (client) => {
        const holder = await read(client, label);
        await (await openReach(client, options.by))(holder);
        await store.remove(client, holder.id);
      }),
    giveRole: (label, role) =>
      change(label, {}, async (client, { id }) =>
        store.addRole(client, id, await readRoleName(client, role)),
      ),
    takeRole: (label, role, options = {}) =>
      change(label, options, async (client, { id }) =>
        store.removeRole(client, id, await readRoleName(client, role)),
      ),
  };
}
