// How much room there is on a disk, and from when on it is too little.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes. Somebody should look. */
export const LITTLE_SPACE = 2e9;
/** Bytes. The next large file may not fit. */
export const TOO_LITTLE_SPACE = 200e6;

/** Bytes that are free where the folder lies, or will lie. */
export async function readDiskSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(findExisting(folder));
  return bavail * bsize;
}

/** The folder, or where it would be made: it is made by whoever first puts something there. */
export function findExisting(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : findExisting(dirname(folder));
}
