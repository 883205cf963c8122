// The files under a folder of the server. Its answers are held within bounds: it may be anybody's.
import { posix } from 'node:path';
import type { FileEntryWithStats } from 'ssh2';
import type { StoredFile } from '../storage.js';
import { storageError } from '../storage-errors.js';
import { findStoragePath } from '../storage-path.js';
import type { SftpLine } from './sftp-line.js';
import { findInside, findStats, unlessMissing } from './sftp-paths.js';

/** Ends of names under which files lie until they are whole. */
export const PARTIAL = '.partial';

const DEEPEST = 64;
const MOST_IN_FOLDER = 1_000_000;

/** Every file whose path begins with `prefix`, in `folder` ('' for the root) and below it. */
export async function* listFiles(line: SftpLine, folder: string, prefix: string): AsyncGenerator<StoredFile> {
  if (folder.split('/').length > DEEPEST) {
    throw storageError(104, { detail: `${folder} on ${line.session.place.says} is nested too deep.` });
  }
  const place = folder === '' ? line.root : await findInside(line, folder);
  for (const entry of await readFolder(line, folder, place)) {
    const path = findStoragePath(folder === '' ? entry.filename : `${folder}/${entry.filename}`);
    const isOurs = entry.filename.startsWith('.') && entry.filename.endsWith(PARTIAL);
    // A name with a slash in it would be one of another folder.
    if (path === undefined || entry.filename.includes('/') || isOurs) continue;
    if (entry.attrs.isDirectory()) {
      if (path.startsWith(prefix) || prefix.startsWith(`${path}/`)) yield* listFiles(line, path, prefix);
    } else if (path.startsWith(prefix)) {
      const { attrs } = entry;
      const file = attrs.isFile() ? { path, size: attrs.size, modifiedAt: toMoment(attrs.mtime) } : undefined;
      const found = file ?? (attrs.isSymbolicLink() ? await findLinked(line, path) : undefined);
      if (found !== undefined) yield found;
    }
  }
}

/** Of a link only to a file under the root; folders behind links are left out: they could lead round in a circle. */
async function findLinked(line: SftpLine, path: string): Promise<StoredFile | undefined> {
  const place = await findInside(line, path).catch(() => undefined);
  const stats = place === undefined ? undefined : await findStats(line, path, place);
  return stats?.isFile() === true ? { path, size: stats.size, modifiedAt: toMoment(stats.mtime) } : undefined;
}

export const toMoment = (seconds: number): Date => new Date(seconds * 1000);

/** By name; none if there is no such folder. */
async function readFolder(
  { session }: SftpLine,
  folder: string,
  place: string,
): Promise<readonly FileEntryWithStats[]> {
  const handle = await unlessMissing(session.ask<Buffer>(folder, (sftp, done) => sftp.opendir(place, done)));
  if (handle === undefined) return [];
  const entries: FileEntryWithStats[] = [];
  try {
    for (;;) {
      const some = await session.ask<readonly FileEntryWithStats[] | false>(folder, (sftp, done) =>
        sftp.readdir(handle, (error, list) =>
          done((error as { code?: number } | undefined)?.code === END ? null : error, list),
        ),
      );
      if (!some || some.length === 0) break;
      entries.push(...some.filter(({ filename }) => filename !== '.' && filename !== '..'));
      if (entries.length > MOST_IN_FOLDER) {
        const where = posix.join('/', folder);
        throw storageError(104, {
          detail: `${where} on ${session.place.says} holds more than ${MOST_IN_FOLDER} files.`,
        });
      }
    }
  } finally {
    await session.ask<void>(folder, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
  return entries.sort((a, b) => (a.filename < b.filename ? -1 : 1));
}

/** The status of a list that is over. */
const END = 1;
