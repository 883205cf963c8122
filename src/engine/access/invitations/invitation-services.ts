// Links with which somebody sets a password, each once: the first administrator, and people who are invited.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import type { Caller } from '../caller.js';
import { makeSecret, type Random, toDigest } from '../keys/api-key.js';
import { ADMINISTRATOR, type ChangeOptions, changeAccess } from '../management/access-change.js';
import { openReach } from '../management/reach-check.js';
import { type HolderLabel, toSought } from '../management/role-holder.js';
import { findSignIn, updatePassword, userStore } from '../management/user-store.js';
import { checkEmail, checkText, toTaken, unknownName } from '../management/value-check.js';
import { checkPassword, hashPassword } from '../passwords/password-hash.js';
import {
  findStoredInvitation,
  hasUsers,
  insertInvitation,
  removeInvitationsFor,
  takeStoredInvitation,
} from './invitation-store.js';

export interface MadeInvitation {
  /** The whole of it: nobody can be told again. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** For whom a link is. */
export type Invited =
  | { readonly kind: 'first' }
  | { readonly kind: 'user'; readonly email: string; readonly name: string };

export interface Acceptance {
  readonly password: string;
  /** Of the first administrator; those of who is invited are known. */
  readonly email?: string;
  readonly name?: string;
}

export interface InvitationServices {
  /** One for the first administrator; undefined where there are users. */
  inviteFirst(): Promise<MadeInvitation | undefined>;
  /** One for a user who is there. Those made before end. Throws ACCESS-102, and 112 for one who may do more than `by`. */
  invite(label: HolderLabel, options?: Pick<ChangeOptions, 'by'>): Promise<MadeInvitation>;
  /** Throws ACCESS-123 for one that is unknown, used, or over. */
  read(token: string): Promise<Invited>;
  /**
   * Sets the password, and makes the first administrator. The link is used up, and only if all of it was done. Throws ACCESS-123, and
   * ACCESS-106 and 107 as what changes users does.
   */
  accept(token: string, wish: Acceptance): Promise<Caller>;
}

const LIVES_MS = 24 * 3_600_000;

export interface InvitationRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
}

export function createInvitationServices({ database, clock, random }: InvitationRooms): InvitationServices {
  async function make(db: Queryable, userId: string | null): Promise<MadeInvitation> {
    const token = makeSecret(random);
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + LIVES_MS);
    await insertInvitation(db, { digest: toDigest(token), userId, createdAt, expiresAt });
    return { token, expiresAt };
  }

  return {
    inviteFirst: async () => ((await hasUsers(database)) ? undefined : make(database, null)),
    invite: (label, { by } = {}) =>
      database.transaction(async (client) => {
        const user = await userStore.find(client, label);
        if (user === undefined)
          throw unknownName(102, 'user', toSought(label)[1], await userStore.readLabels(client));
        await (await openReach(client, by))(user);
        await removeInvitationsFor(client, user.id);
        return make(client, user.id);
      }),
    async read(token) {
      const found = await findStoredInvitation(database, toDigest(token));
      if (found === undefined || found.expiresAt <= clock.now()) throw noInvitation();
      if (found.userId === null) {
        if (await hasUsers(database)) throw noInvitation();
        return { kind: 'first' };
      }
      const user = await userStore.find(database, found.userId);
      if (user === undefined || user.disabledAt !== undefined) throw noInvitation();
      return { kind: 'user', email: user.email, name: user.name };
    },
    async accept(token, wish) {
      checkPassword(wish.password);
      const hash = await hashPassword(wish.password);
      return changeAccess(database, {}, async (client) => {
        const taken = await takeStoredInvitation(client, toDigest(token));
        if (taken === undefined || taken.expiresAt <= clock.now()) throw noInvitation();
        const id = taken.userId ?? (await makeFirst(client, wish, clock.now()));
        await updatePassword(client, id, hash);
        await removeInvitationsFor(client, taken.userId);
        const { email } = (await userStore.find(client, id))!;
        const found = (await findSignIn(client, email))!;
        if (found.isDisabled) throw noInvitation();
        return found.caller;
      });
    },
  };
}

async function makeFirst(client: Client, { email = '', name }: Acceptance, now: Date): Promise<string> {
  if (await hasUsers(client)) throw noInvitation();
  const address = checkEmail(email);
  const values = {
    email: address,
    name: name === undefined || name.trim() === '' ? address : checkText('name of the user', name),
    unit: null,
    subject: null,
  };
  const id = await userStore.insert(client, values, now).catch((error) => {
    throw toTaken(error, 'user', address);
  });
  await userStore.addRole(client, id, ADMINISTRATOR);
  return id;
}

const noInvitation = () =>
  accessError(123, {
    detail: 'This link was used, is over, or never was one.',
    hint: 'Ask for another: `dovetail users invite EMAIL` makes one. While there is no user, each start of Dovetail prints one.',
  });
