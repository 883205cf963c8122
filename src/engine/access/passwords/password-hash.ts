// Passwords as what can be kept of them: Argon2id, by the library that is loaded when the first one is hashed.
import { accessError } from '../access-errors.js';

/** What OWASP recommends for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const SHORTEST = 12;
// A text of any length costs the same memory, but not the same time.
const LONGEST = 1024;

/** Throws ACCESS-107 for a password that is too short or too long. Nothing else is asked of one: NIST SP 800-63B. */
export function checkPassword(password: string): void {
  const { length } = [...password];
  if (length >= SHORTEST && length <= LONGEST) return;
  throw accessError(107, {
    detail: `The password has ${length} characters.`,
    hint: `It takes ${SHORTEST} to ${LONGEST}; several words are easier to keep in mind than signs.`,
  });
}

/** With a salt of its own, in the text form that names its parameters. */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(toHashed(password), PARAMETERS);
}

/** Whether a password has a hash. */
export type VerifyPassword = (password: string, hash: string | undefined) => Promise<boolean>;

/** Where there is no hash to compare with, the answer takes the same time. */
export function createPasswordCheck(): VerifyPassword {
  let noHash: Promise<string> | undefined;
  return async (password, hash) => {
    const { verify } = await import('@node-rs/argon2');
    noHash ??= hashPassword('');
    // Waited for also where it isn't needed, so that the first attempts take the same time, too.
    const standIn = await noHash;
    // What can't be a password is not hashed at its length.
    const canBe = password.length <= 2 * LONGEST;
    const fits = await verify(hash ?? standIn, toHashed(canBe ? password : '')).catch(() => false);
    return fits && canBe && hash !== undefined;
  };
}

// The same signs are the same password, however a keyboard puts them together.
const toHashed = (password: string): string => password.normalize('NFKC');
