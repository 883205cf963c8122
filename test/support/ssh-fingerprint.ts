// What OpenSSH calls the fingerprint of a key.
import { createHash } from 'node:crypto';

/** Of a public key as it is sent. */
export function toFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
