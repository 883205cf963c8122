// A folder of this machine as a storage. Links are followed only where they stay inside the folder.
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, type Dirent } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Storage, StoredFile } from '../storage.js';
import { storageError } from '../storage-errors.js';
import { toListFolder, toStoragePath } from '../storage-path.js';

/** Ends of names under which files lie until they are whole. */
const PARTIAL = '.partial';

/** `root`: absolute path; made at the first `put`. */
export function openFolder(root: string): Storage {
  return {
    async *list(prefix) {
      for await (const file of listFolder(root, toListFolder(prefix)))
        if (file.path.startsWith(prefix)) yield file;
    },
    async get(path) {
      const place = await findInside(root, path);
      const handle = await open(place, 'r').catch((cause) => {
        throw toStorageError(path, cause);
      });
      const about = await handle.stat();
      if (about.isFile()) return createReadStream('', { fd: handle, highWaterMark: 1 << 18 });
      await handle.close();
      throw noFile(path);
    },
    async put(path, bytes) {
      const place = join(root, toStoragePath(path));
      try {
        await mkdir(root, { recursive: true });
        await findInside(root, path);
        await mkdir(dirname(place), { recursive: true });
        const part = join(
          dirname(place),
          `.${basename(place).slice(0, 200)}.${randomBytes(6).toString('hex')}${PARTIAL}`,
        );
        try {
          await pipeline(Readable.from(bytes), createWriteStream(part, { flags: 'wx', flush: true }));
          await rename(part, place);
        } catch (error) {
          await rm(part, { force: true });
          throw error;
        }
        await syncFolder(dirname(place));
        const { size, mtime } = await stat(place);
        return { path: toStoragePath(path), size, modifiedAt: mtime };
      } catch (cause) {
        throw toStorageError(path, cause);
      }
    },
    async delete(path) {
      const place = await findInside(root, path);
      await rm(place, { force: true }).catch((cause) => {
        throw toStorageError(path, cause);
      });
    },
    async stat(path) {
      const place = await findInside(root, path);
      const about = await stat(place).catch(() => undefined);
      if (about?.isFile() !== true) return undefined;
      return { path: toStoragePath(path), size: about.size, modifiedAt: about.mtime };
    },
    async close() {},
  };
}

async function* listFolder(root: string, folder: string): AsyncGenerator<StoredFile> {
  const here = folder === '' ? root : await findInside(root, folder);
  const entries = await readdir(here, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [] as Dirent[];
    throw toStorageError(folder, cause);
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name } of entries) {
    if (name.startsWith('.') && name.endsWith(PARTIAL)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    // Gone meanwhile, or a link that leads out: not ours to show.
    const place = await findInside(root, path).catch(() => undefined);
    const about = place === undefined ? undefined : await stat(place).catch(() => undefined);
    if (about?.isFile()) yield { path, size: about.size, modifiedAt: about.mtime };
    // Folders behind links are left out: they could lead round in a circle.
    else if (about?.isDirectory() && place === join(await realpath(root), path))
      yield* listFolder(root, path);
  }
}

/** The real path, links resolved as far as the path exists. Throws STORAGE-101 if it lies outside of the root. */
async function findInside(root: string, path: string): Promise<string> {
  const relative = toStoragePath(path);
  const top = await realpath(root).catch(() => undefined);
  if (top === undefined) return join(root, relative);
  for (let known = relative; ; known = dirname(known)) {
    const real = await realpath(known === '.' ? top : join(top, known)).catch(() => undefined);
    if (real === undefined && known !== '.') continue;
    const inside = real === top || real!.startsWith(top.endsWith(sep) ? top : top + sep);
    if (inside)
      return known === relative ? real! : join(real!, relative.slice(known === '.' ? 0 : known.length + 1));
    throw storageError(101, {
      detail: `${path} leads out of its folder, by a link.`,
      pointer: { file: path },
    });
  }
}

// Without this a crash may forget the new name. Not every system can do it for folders.
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

const noFile = (path: string) =>
  storageError(102, { detail: `There is no file ${path}.`, pointer: { file: path } });

function toStorageError(path: string, cause: unknown): unknown {
  const { code, message, syscall } = cause as NodeJS.ErrnoException;
  if (syscall === undefined) return cause;
  if (code === 'ENOENT' || code === 'ENOTDIR') return noFile(path);
  return storageError(104, { detail: `${path}: ${message}.`, pointer: { file: path }, cause });
}
