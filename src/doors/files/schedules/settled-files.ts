// Which files are there and whole: what is still being written is left alone, until it rests.
import type { Storage, StoredFile } from '../../../engine/storage/storage.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { type FilePattern, isInTheMaking, listLockNames } from './file-pattern.js';

/** Of one look at a place; the others come with the next. */
const MOST_FILES = 10_000;
const MOST_LOOKS = 3;

export interface FoundFiles {
  /** In the order of their names. */
  readonly settled: readonly StoredFile[];
  /** Still in the making: for the next time. */
  readonly unsettled: readonly StoredFile[];
}

/**
 * The files that fit. A file is settled if it was last written `seconds` ago or more, or if size and time of writing stayed the same
 * over so long a wait, which is all that counts where the clock is another's, and no lock lies beside it. `isKnown` leaves out files before they are waited for.
 */
export async function findSettledFiles(
  storage: Storage,
  pattern: FilePattern,
  about: {
    readonly seconds: number;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly isKnown: (file: StoredFile) => Promise<boolean>;
  },
): Promise<FoundFiles> {
  const { seconds, clock, signal } = about;
  const found: StoredFile[] = [];
  for await (const file of storage.list(pattern.prefix)) {
    signal.throwIfAborted();
    if (isInTheMaking(file.path) || !pattern.matches(file.path) || (await about.isKnown(file))) continue;
    found.push(file);
    if (found.length === MOST_FILES) break;
  }
  const unlocked: StoredFile[] = [];
  for (const file of found) if (!(await isLocked(storage, file.path))) unlocked.push(file);
  const isOld = (file: StoredFile) =>
    storage.foreignClock !== true && clock.now().getTime() - file.modifiedAt.getTime() >= seconds * 1000;
  const settled = unlocked.filter(isOld);
  let young = unlocked.filter((file) => !settled.includes(file));
  for (let look = 0; look < MOST_LOOKS && young.length > 0; look++) {
    await clock.sleep(seconds * 1000, signal);
    signal.throwIfAborted();
    const changing: StoredFile[] = [];
    for (const file of young) {
      const now = await storage.stat(file.path);
      if (now === undefined) continue;
      const same = now.size === file.size && now.modifiedAt.getTime() === file.modifiedAt.getTime();
      (same ? settled : changing).push(now);
    }
    young = changing;
  }
  settled.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { settled, unsettled: [...young, ...found.filter((file) => !unlocked.includes(file))] };
}

async function isLocked(storage: Storage, path: string): Promise<boolean> {
  for (const lock of listLockNames(path)) if ((await storage.stat(lock)) !== undefined) return true;
  return false;
}
