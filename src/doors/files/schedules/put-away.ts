// Where a file goes when its run is over: into another folder of the same storage, or nowhere.
import { posix } from 'node:path';
import { toStoragePath } from '../../../engine/storage/storage-path.js';
import type { OpenPlace } from './place.js';

/**
 * Moves the file into `folder` (relative to its own) and returns its new path; undefined if it stays, or is gone already. A
 * file of that name that lies there is kept: `mark`, or a number, is put into the new one's name. Killed in between, the file is in
 * both places, never in none.
 */
export async function putAway(
  place: OpenPlace,
  path: string,
  folder: string | undefined,
  mark?: string,
): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const { storage } = place;
  const found = await storage.stat(path);
  if (found === undefined) return undefined;
  const wish = toStoragePath(posix.normalize(posix.join(posix.dirname(path), folder, posix.basename(path))));
  const target = await findFreeName(place, wish, mark);
  await storage.put(target, await storage.get(path));
  await storage.delete(path);
  return target;
}

async function findFreeName(place: OpenPlace, wish: string, mark: string | undefined): Promise<string> {
  const { dir, name, ext } = posix.parse(wish);
  for (let n = 0; ; n++) {
    const signs = [mark, n === 0 ? undefined : n].filter((sign) => sign !== undefined).join('-');
    const candidate = n === 0 && mark === undefined ? wish : posix.join(dir, `${name}-${signs}${ext}`);
    if (n === 0 && (await place.storage.stat(wish)) === undefined) return wish;
    if ((await place.storage.stat(candidate)) === undefined) return candidate;
  }
}
