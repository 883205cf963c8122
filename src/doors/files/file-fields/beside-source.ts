// Where the paths in a source's cells lead: into the zip file its table lies in, or a folder; never anywhere else.
import { realpath, stat } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { openSource } from '../../../engine/formats/source-bytes.js';
import { findArchive } from '../../../engine/formats/zip/zip-members.js';
import { openFolder } from '../../../engine/storage/folder/folder-storage.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import type { SourceSettings } from '../import/import-settings.js';
import { toPathInside, toShown } from './file-wish.js';

export interface FoundFile {
  /** Bytes, as the place states them. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

export interface FilePlace {
  /** `path` as the cell says it. Throws FILES-140 if there is none, 141 if it leads out. */
  read(path: string): Promise<FoundFile>;
  close(): Promise<void>;
}

/** The zip file or folder at `path`. Throws FILES-151 if there is neither. */
export async function openPlaceAt(path: string): Promise<FilePlace> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory()) return openFolderPlace(path);
  if (about?.isFile()) return openArchivePlace(path, '');
  throw importError(151, {
    detail: `${path}: there is no such folder or zip file to look for files in.`,
    hint: 'Name one with --files-from, or mend `from` of the field in the configuration.',
    pointer: { file: path },
  });
}

/** What lies beside the table; undefined for a table that came through a pipe or over the network. */
export async function openPlaceBeside(source: SourceSettings): Promise<FilePlace | undefined> {
  const { archive } = source;
  if (archive) {
    const about = await stat(archive.path).catch(() => undefined);
    if (about?.size === archive.size) return openArchivePlace(archive.path, posix.dirname(archive.member));
    throw importError(101, {
      detail: `${archive.path} is not the zip file the run began with${about ? ': its size changed' : ': it is gone'}.`,
      hint: 'Put the old file back to resume, or import the new one as a new run: what is already there will be unchanged.',
      pointer: { file: archive.path },
    });
  }
  return source.spooled ? undefined : openFolderPlace(dirname(source.path));
}

async function openFolderPlace(folder: string): Promise<FilePlace> {
  // The folder itself may be reached by a link; what lies in it is held against where it really is.
  const storage: Storage = openFolder(await realpath(folder));
  return {
    async read(path) {
      const inside = toPathInside('', path);
      try {
        const file = await storage.stat(inside);
        if (file) return { size: file.size, open: () => storage.get(inside) };
      } catch (error) {
        if (!(error instanceof DovetailError) || error.code !== 'STORAGE-101') throw error;
        throw importError(141, {
          detail: `${toShown(path)} leads out of its folder, by a link.`,
          hint: 'Put the file itself into the folder.',
        });
      }
      throw missing(path, 'in the folder');
    },
    close: () => storage.close(),
  };
}

async function openArchivePlace(path: string, folder: string): Promise<FilePlace> {
  const source = await openSource({ path });
  try {
    const archive = source.file && (await findArchive(source.file));
    if (!archive) {
      throw importError(151, {
        detail: `${path} is no zip file to look for files in.`,
        pointer: { file: path },
      });
    }
    return {
      async read(cell) {
        const entry = archive.find(toPathInside(folder, cell));
        if (!entry) throw missing(cell, 'in the zip file');
        return { size: entry.size, open: () => archive.read(entry) };
      },
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

const missing = (path: string, where: string) =>
  importError(140, {
    detail: `There is no file ${toShown(path)} ${where}.`,
    hint: 'Put it there, or say with --files-from which folder or zip file the files lie in.',
  });
