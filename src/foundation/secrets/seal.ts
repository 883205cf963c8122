// Secrets at rest: encrypted under the master key, and bound to their place, so that one can't be put where another was.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface Seal {
  /** `place`: table and row. */
  close(secret: string, place: string): Buffer;
  /** Undefined for what was closed under another key or for another place, or was changed. */
  find(sealed: Buffer, place: string): string | undefined;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM; in the result: nonce, tag, text. */
export function createSeal(masterKey: Buffer, random: (size: number) => Buffer = randomBytes): Seal {
  const key = deriveKey(masterKey, 'sealed secrets');
  return {
    close(secret, place) {
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    find(sealed, place) {
      if (sealed.length < NONCE + TAG) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE))
        .setAAD(Buffer.from(place))
        .setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()]).toString();
      } catch {
        return undefined;
      }
    },
  };
}

/** A key for one purpose, from which neither the master key nor that for another purpose can be told. */
export const deriveKey = (masterKey: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, '', `dovetail ${purpose}`, 32));
