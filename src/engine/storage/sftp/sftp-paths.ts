// Paths on the server: links are followed only where they stay under the root.
import { posix } from 'node:path';
import type { Stats } from 'ssh2';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { storageError } from '../storage-errors.js';
import { toStoragePath } from '../storage-path.js';
import type { SftpLine } from './sftp-line.js';

/** What the request gives; undefined where there is no such file. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof DovetailError && error.code === 'STORAGE-102') return undefined;
    throw error;
  });
}

/** The real path, links resolved as far as the path exists. Throws STORAGE-101 if it lies outside of the root. */
export async function findInside({ session, root }: SftpLine, path: string): Promise<string> {
  const relative = toStoragePath(path);
  for (let known = relative; known !== '.'; known = posix.dirname(known)) {
    const place = posix.join(root, known);
    const real = await unlessMissing(session.ask<string>(path, (sftp, done) => sftp.realpath(place, done)));
    if (real === undefined) continue;
    if (isBelow(root, real)) return posix.join(real, relative.slice(known.length));
    throw storageError(101, {
      detail: `${path} leads out of its folder, by a link.`,
      pointer: { file: path },
    });
  }
  return posix.join(root, relative);
}

const isBelow = (root: string, real: string): boolean =>
  real.startsWith(root.endsWith('/') ? root : `${root}/`);

/** What is there, links followed; undefined if there is nothing. `place`: absolute. */
export function findStats({ session }: SftpLine, path: string, place: string): Promise<Stats | undefined> {
  return unlessMissing(session.ask<Stats>(path, (sftp, done) => sftp.stat(place, done)));
}

/** Makes the folder and those above it, up to the root and the root itself. */
export async function makeFolder(line: SftpLine, path: string, folder: string): Promise<void> {
  const { session, root } = line;
  if ((await findStats(line, path, folder))?.isDirectory() === true) return;
  if (folder !== root && folder.length > 1) {
    const above = posix.dirname(folder);
    if (above.length >= root.length) await makeFolder(line, path, above);
  }
  try {
    await session.ask<void>(path, (sftp, done) => sftp.mkdir(folder, done));
  } catch (error) {
    // Somebody else may have been quicker.
    if ((await findStats(line, path, folder))?.isDirectory() !== true) throw error;
  }
}
