// What a key looks like: `dvt_<id>_<secret>`. The secret is kept nowhere, only its digest.
import { hash, timingSafeEqual } from 'node:crypto';

/** Random bytes, as `node:crypto` gives them. */
export type Random = (size: number) => Buffer;

const SECRET_BYTES = 32;
const FORM = /^dvt_([1-9]\d{0,17})_([A-Za-z0-9_-]{43})$/;

export interface KeyParts {
  readonly id: string;
  readonly secret: string;
}

export const makeSecret = (random: Random): string => random(SECRET_BYTES).toString('base64url');

export const toKey = ({ id, secret }: KeyParts): string => `dvt_${id}_${secret}`;

/** Undefined for what can't be a key. */
export function fromKey(key: string): KeyParts | undefined {
  const match = FORM.exec(key);
  return match === null ? undefined : { id: match[1]!, secret: match[2]! };
}

// 256 random bits can't be guessed, so a fast digest is enough.
export const toDigest = (text: string): Buffer => hash('sha256', text, 'buffer');

// No secret has this digest; comparing with it takes the time that comparing with a real one takes.
const NO_DIGEST = Buffer.alloc(32);

/** Whether the secret has that digest; takes the same time where there is none to compare with. */
export function hasDigest(secret: string, digest: Buffer | undefined): boolean {
  return timingSafeEqual(toDigest(secret), digest ?? NO_DIGEST) && digest !== undefined;
}
