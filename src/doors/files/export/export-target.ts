// Where an export goes. A file appears whole or not at all: it is written beside its place, made durable, then renamed.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { finished, type Writable } from 'node:stream';
import { exportError } from './export-errors.js';

export type ExportTarget = { readonly path: string } | { readonly stream: Writable };

export interface OpenTarget {
  readonly stream: Writable;
  /** False for a stream that belongs to the caller. */
  readonly ends: boolean;
  /** After the last byte: puts the file into its place. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** Opens the target. Throws EXPORT-101 before anything was written. */
export async function openTarget(target: ExportTarget): Promise<OpenTarget> {
  if ('stream' in target) {
    return { stream: target.stream, ends: false, commit: async () => {}, discard: async () => {} };
  }
  const place = await findPlace(target.path);
  // A pipe or a device can't be replaced, only written to.
  const written = place.special ? place.path : besides(place.path);
  const stream = createWriteStream(written, { flags: place.special ? 'w' : 'wx', flush: !place.special });
  await new Promise<void>((opened, failed) => {
    stream.once('open', () => opened());
    stream.once('error', (cause) => failed(toWriteError(target.path, cause)));
  });
  return {
    stream,
    ends: true,
    async commit() {
      if (place.special) return;
      try {
        await rename(written, place.path);
        await syncFolder(dirname(place.path));
      } catch (cause) {
        throw toWriteError(target.path, cause);
      }
    },
    async discard() {
      stream.destroy();
      await new Promise<void>((closed) => finished(stream, () => closed()));
      if (!place.special) await rm(written, { force: true });
    },
  };
}

// A link stays a link: what it points to is replaced.
async function findPlace(path: string): Promise<{ readonly path: string; readonly special: boolean }> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (!found.isDirectory()) return { path: real, special: !found.isFile() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path: resolve(path), special: false };
    throw toWriteError(path, error);
  }
  throw exportError(101, {
    detail: `${path} is a folder.`,
    hint: 'Name a file in it.',
    pointer: { file: path },
  });
}

const besides = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.partial`);

// Without this a crash may forget the new name. Not every system can do it for folders.
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** A failure of writing, in words. */
export function toWriteError(path: string, cause: unknown) {
  const { code, message } = cause as NodeJS.ErrnoException;
  const says: Readonly<Record<string, string>> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'its folder is a file',
    EACCES: 'no right to write there',
    EPERM: 'no right to write there',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
  };
  const file = { file: path };
  return exportError(101, { detail: `${path}: ${says[code ?? ''] ?? message}.`, pointer: file, cause });
}
