// The source as a file that stays: standard input is copied to disk as it is read, every file is known by its hash.
import { createHash } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { unpackTable } from './archive-source.js';
import { importError } from './import-errors.js';
import type { ArchiveSettings } from './import-settings.js';
import { type Spooled, spoolBytes } from './spool-bytes.js';

export type ImportSource =
  | { readonly path: string }
  | { readonly stream: Readable; readonly name: string }
  /** A copy that is ours already, and known. */
  | { readonly kept: Spooled; readonly name: string };

export interface KnownFile {
  readonly path: string;
  readonly name: string;
  readonly spooled: boolean;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** The zip file that the table lay in. */
  readonly archive?: ArchiveSettings;
}

/** As it was just now. */
export interface KeptFile extends KnownFile {
  /** See `verifySource`. */
  readonly stamp?: string;
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
): Promise<KeptFile> {
  const kept = 'path' in source ? undefined : await takeCopy(source, folder, signal, onBytes);
  const path = 'path' in source ? source.path : kept!.path;
  const name = 'path' in source ? source.path : source.name;
  try {
    if (!kept) await readStat(path);
    const table = await unpackTable(path, member, folder, signal);
    if (table) {
      const { size } = await readStat(path);
      const archive = { path, member: table.name, spooled: kept !== undefined, size };
      return { ...(await hashKept(table.path, `${name}/${table.name}`, true, signal, onBytes)), archive };
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
): Promise<KeptFile> {
  const { size } = await readStat(path);
  const stamp = await readStamp(path, Date.now());
  const sha256 = await hashFile(path, signal, (done) => onBytes(done, size));
  return { path, name, spooled, sha256, size, ...(stamp === undefined ? {} : { stamp }) };
}

async function takeCopy(
  source: Exclude<ImportSource, { readonly path: string }>,
  folder: string,
  signal: AbortSignal,
  onBytes: (done: number, total: number | undefined) => void,
): Promise<KnownFile> {
  if ('kept' in source) return { ...source.kept, name: source.name, spooled: true };
  const follow = (done: number) => onBytes(done, undefined);
  const spooled = await spoolBytes(source.stream, folder, { signal, flush: true, onBytes: follow });
  return { ...spooled, name: source.name, spooled: true };
}

/**
 * Makes sure that the file is still the one the run began with. `stamp`: what `keepSource` said a moment ago; a file that
 * still bears it need not be read whole again. Throws FILES-101 or 102.
 */
export async function verifySource(
  file: KnownFile,
  runId: string,
  signal: AbortSignal,
  stamp?: string,
): Promise<void> {
  const { size } = await readStat(file.path);
  if (stamp !== undefined && stamp === (await readStamp(file.path, Date.now()))) return;
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

/** A file changed so shortly before it was hashed may change again and bear the same times. */
const COARSE_CLOCK_MS = 2_000;

/** By what a file shows that it was not touched; undefined where its times are too young to tell. */
async function readStamp(path: string, now: number): Promise<string | undefined> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  if (Number(newest / 1_000_000n) > now - COARSE_CLOCK_MS) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

async function hashFile(path: string, signal: AbortSignal, onBytes: (done: number) => void): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  // One buffer for all of the file: large ones are hashed before anything else can begin.
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafeSlow(Math.min(1 << 20, Math.max(size, 4096)));
  try {
    for (let done = 0; ; onBytes(done)) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Removes our own copy of a source; a user's file is left alone. */
export async function forgetSource(file: {
  readonly path: string;
  readonly spooled: boolean;
  readonly archive?: ArchiveSettings;
}): Promise<void> {
  if (file.spooled) await rm(file.path, { force: true });
  if (file.archive?.spooled === true) await rm(file.archive.path, { force: true });
}

/** The source without the zip file that its table lay in, which nothing is taken from any more. */
export async function withoutArchive<S extends KnownFile>({
  archive,
  ...file
}: S): Promise<Omit<S, 'archive'>> {
  if (archive?.spooled === true) await rm(archive.path, { force: true });
  return file;
}
