// Users: people who use Dovetail.
import { checkPassword, hashPassword } from '../passwords/password-hash.js';
import { removeSessionsOf } from '../sessions/session-store.js';
import { changeAccess } from './access-change.js';
import { createHolderServices, type HolderRooms, type HolderServices } from './holder-services.js';
import { type User, type UserWish, updatePassword, userStore } from './user-store.js';
import { checkEmail, checkOptionalText, checkText } from './value-check.js';

export interface UserServices extends HolderServices<User, UserWish> {
  /** Null: nobody signs in with a password any more. Whoever is signed in is signed out. Throws ACCESS-102, and ACCESS-107 for one that is too short or too long. */
  setPassword(label: string, password: string | null): Promise<User>;
}

export function createUserServices(rooms: HolderRooms): UserServices {
  const services = createHolderServices(rooms, userStore, (wish: Partial<UserWish>, before) => {
    const { email, name, unit, subject } = { ...before, ...wish };
    const address = checkEmail(email ?? '');
    return {
      email: address,
      name: name === undefined ? address : checkText('name of the user', name),
      unit: checkOptionalText('unit', unit),
      subject: checkOptionalText('subject', subject),
    };
  });
  return {
    ...services,
    async setPassword(label, password) {
      if (password !== null) checkPassword(password);
      const { id } = await services.read(label);
      const hash = password === null ? null : await hashPassword(password);
      await changeAccess(rooms.database, {}, async (client) => {
        await updatePassword(client, id, hash);
        await removeSessionsOf(client, id);
      });
      return services.read(id);
    },
  };
}
