// Users: people who use Dovetail.
import { checkPassword, hashPassword } from '../passwords/password-hash.js';
import { type ChangeOptions, changeAccess } from './access-change.js';
import {
  createHolderServices,
  type HolderChange,
  type HolderRooms,
  type HolderServices,
} from './holder-services.js';
import type { HolderLabel } from './role-holder.js';
import { type User, type UserWish, updatePassword, userStore } from './user-store.js';
import { checkEmail, checkOptionalText, checkText } from './value-check.js';

export interface UserServices extends HolderServices<User, UserWish> {
  /** As of any holder, with the password: null takes it away. */
  save(
    label: HolderLabel | undefined,
    wish: HolderChange<UserWish> & { readonly password?: string | null },
    options?: ChangeOptions,
  ): Promise<User>;
  /** Null: nobody signs in with a password any more. Whoever is signed in is signed out. Throws ACCESS-102, and ACCESS-107 for one that is too short or too long. */
  setPassword(label: string, password: string | null): Promise<User>;
}

export function createUserServices(rooms: HolderRooms): UserServices {
  const services = createHolderServices(rooms, userStore, toValues, async (client, id, wish) => {
    const { passwordHash } = wish as HashedWish;
    if (passwordHash !== undefined) await updatePassword(client, id, passwordHash);
  });
  return {
    ...services,
    async save(label, { password, ...wish }, options) {
      if (password === undefined) return services.save(label, wish, options);
      if (password !== null) checkPassword(password);
      // Before the transaction: it takes its time.
      const passwordHash = password === null ? null : await hashPassword(password);
      return services.save(label, { ...wish, passwordHash } as Partial<UserWish>, options);
    },
    async setPassword(label, password) {
      if (password !== null) checkPassword(password);
      const { id } = await services.read(label);
      const hash = password === null ? null : await hashPassword(password);
      await changeAccess(rooms.database, {}, (client) => updatePassword(client, id, hash));
      return services.read(id);
    },
  };
}

interface HashedWish extends Partial<UserWish> {
  readonly passwordHash?: string | null;
}

function toValues(wish: Partial<UserWish>, before: User | undefined) {
  const { email, name, unit, subject } = { ...before, ...wish };
  const address = checkEmail(email ?? '');
  return {
    email: address,
    name: name === undefined ? address : checkText('name of the user', name),
    unit: checkOptionalText('unit', unit),
    subject: checkOptionalText('subject', subject),
  };
}
