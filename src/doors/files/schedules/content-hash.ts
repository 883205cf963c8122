// The hash a file is known by, where no run was there to make it.
import { createHash } from 'node:crypto';
import type { Storage } from '../../../engine/storage/storage.js';

/** SHA-256 in hexadecimal. */
export async function hashOf(storage: Storage, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await storage.get(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
