// The source as a file that stays: standard input is copied to disk as it is read, every file is known by its hash.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackTable } from './archive-source.js';
import { importError } from './import-errors.js';

export type ImportSource = { readonly path: string } | { readonly stream: Readable; readonly name: string };

export interface KnownFile {
  readonly path: string;
  readonly name: string;
  readonly spooled: boolean;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Hashes a file, or copies a stream into the folder and hashes it on the way. `onBytes` follows the progress. Of a zip file the
 * table in it (`member`, or the only one) is what is kept: our own copy, known by its own hash.
 */
export async function keepSource(
  source: ImportSource,
  folder: string,
  signal: AbortSignal,
  onBytes: (done: number, total: number | undefined) => void,
  member?: string,
): Promise<KnownFile> {
  const kept = 'path' in source ? undefined : await spoolStream(source, folder, signal, onBytes);
  const path = 'path' in source ? source.path : kept!.path;
  const name = 'path' in source ? source.path : source.name;
  try {
    if (!kept) await readStat(path);
    const table = await unpackTable(path, member, folder, signal);
    if (table) {
      if (kept) await forgetSource(kept);
      return await hashKept(table.path, `${name}/${table.name}`, true, signal, onBytes);
    }
  } catch (error) {
    if (kept) await forgetSource(kept);
    throw error;
  }
  return kept ?? hashKept(path, name, false, signal, onBytes);
}

async function hashKept(
  path: string,
  name: string,
  spooled: boolean,
  signal: AbortSignal,
  onBytes: (done: number, total: number | undefined) => void,
): Promise<KnownFile> {
  const { size } = await readStat(path);
  const sha256 = await hashFile(path, signal, (done) => onBytes(done, size));
  return { path, name, spooled, sha256, size };
}

async function spoolStream(
  source: { readonly stream: Readable; readonly name: string },
  folder: string,
  signal: AbortSignal,
  onBytes: (done: number, total: number | undefined) => void,
): Promise<KnownFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      onBytes(size, undefined);
      done(null, chunk);
    },
  });
  try {
    await pipeline(source.stream, count, createWriteStream(path, { mode: 0o600, flush: true }), { signal });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, name: source.name, spooled: true, sha256: hash.digest('hex'), size };
}

/** Makes sure that the file is still the one the run began with. Throws FILES-101 or 102. */
export async function verifySource(file: KnownFile, runId: string, signal: AbortSignal): Promise<void> {
  const { size } = await readStat(file.path);
  if (size === file.size && (await hashFile(file.path, signal, () => {})) === file.sha256) return;
  throw importError(101, {
    detail: `${file.name} is not the file run ${runId} began with: its contents changed.`,
    hint: 'Put the old file back to resume, or import the new one as a new run: what is already there will be unchanged.',
    pointer: { file: file.path },
  });
}

async function readStat(path: string): Promise<{ size: number }> {
  try {
    const about = await stat(path);
    if (!about.isDirectory()) return about;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw importError(102, {
      detail: missing ? `There is no file ${path}.` : `${path} can't be read: ${(cause as Error).message}.`,
      hint: missing
        ? 'Check the name and the folder it is looked for in.'
        : 'Check the rights of the file and of its folder.',
      pointer: { file: path },
      cause,
    });
  }
  throw importError(102, {
    detail: `${path} is a folder.`,
    hint: 'Name a file in it.',
    pointer: { file: path },
  });
}

async function hashFile(path: string, signal: AbortSignal, onBytes: (done: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    onBytes(done);
  }
  return hash.digest('hex');
}

/** Removes our own copy of a source; a user's file is left alone. */
export async function forgetSource(file: {
  readonly path: string;
  readonly spooled: boolean;
}): Promise<void> {
  if (file.spooled) await rm(file.path, { force: true });
}
