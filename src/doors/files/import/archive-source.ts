// A table inside a zip file: unpacked into a file of its own, so that it is read, resumed and known like any other.
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FORMATS } from '../../../engine/formats/index.js';
import { openSource } from '../../../engine/formats/source-bytes.js';
import { findArchive, listTableEntries, readTableEntry } from '../../../engine/formats/zip/zip-members.js';
import { importError } from './import-errors.js';

const EXTENSIONS = FORMATS.flatMap(({ extensions }) => extensions);

/** The names of the tables in a zip file; none if the file is no such archive. Throws FORMATS-101, 120, 122. */
export async function listArchiveTables(path: string): Promise<readonly string[]> {
  const source = await openSource({ path });
  try {
    const archive = source.file && (await findArchive(source.file));
    return archive ? listTableEntries(archive, EXTENSIONS).map(({ name }) => name) : [];
  } finally {
    await source.close();
  }
}

/**
 * Unpacks the table that is meant into the folder; undefined if the file is no archive. Throws FORMATS-107, 120 … 122, 126, and
 * FILES-112 if a member is named and there is no archive.
 */
export async function unpackTable(
  path: string,
  member: string | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly name: string } | undefined> {
  const source = await openSource({ path });
  try {
    const archive = source.file && (await findArchive(source.file));
    if (!archive) {
      if (member === undefined) return undefined;
      throw importError(112, {
        detail: `${path} is no zip file with several files in it.`,
        hint: 'Leave --member out.',
      });
    }
    const entry = readTableEntry(archive, EXTENSIONS, member);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unpacked = join(folder, randomUUID());
    try {
      await pipeline(archive.read(entry), createWriteStream(unpacked, { mode: 0o600, flush: true }), {
        signal,
      });
    } catch (error) {
      await rm(unpacked, { force: true });
      throw error;
    }
    return { path: unpacked, name: entry.name };
  } finally {
    await source.close();
  }
}
