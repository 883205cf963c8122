// Lets one process at a time set up and start the server of a folder. A lock whose owner died is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresError } from '../postgres-errors.js';

/**
 * Runs `work` while holding the lock file `path`, which holds the owner's process id. Waits for a living owner up to
 * `patience` milliseconds (default two minutes), then throws POSTGRES-106.
 */
export async function withStartLock<T>(path: string, work: () => Promise<T>, patience = 120_000): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const token = `${process.pid} ${Math.random()}\n`;
  const waitedFrom = performance.now();
  while (!tryToTake(path, token)) {
    const owner = findText(path);
    if (owner !== undefined && !isAlive(Number.parseInt(owner, 10))) removeIfStill(path, owner);
    if (performance.now() - waitedFrom > patience) {
      throw postgresError(106, {
        detail: `Process ${owner?.split(' ')[0] ?? '?'} has held ${path} for over ${Math.round(patience / 1000)} s.`,
        hint: 'If that process is not Dovetail, delete the file and try again.',
      });
    }
    if (owner !== undefined) await sleep(20);
  }
  try {
    return await work();
  } finally {
    removeIfStill(path, token);
  }
}

/** True if a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function tryToTake(path: string, token: string): boolean {
  // Written aside and linked into place: the lock file never exists without its owner's id in it.
  const aside = `${path}.${process.pid}.${Math.random()}`;
  writeFileSync(aside, token);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // A file system without hard links.
    return tryToTakeWithoutLinks(path, token, error);
  } finally {
    rmSync(aside, { force: true });
  }
}

function tryToTakeWithoutLinks(path: string, token: string, cause: unknown): boolean {
  try {
    writeFileSync(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

// Two waiters may find the same dead owner; the slower one must not remove the lock the quicker one just took.
function removeIfStill(path: string, expected: string): void {
  const aside = `${path}.old.${process.pid}.${Math.random()}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (findText(aside) !== expected) {
    try {
      linkSync(aside, path);
    } catch {
      // Someone took the lock meanwhile.
    }
  }
  unlinkSync(aside);
}

function findText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
