// Run files where other machines find them: copies of sources, and failed rows, in the storage that the configuration names. Without one
// they are in the data folder of this machine only.
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Storage, StoredFile } from '../../../engine/storage/storage.js';
import type { SourceSettings } from '../import/import-settings.js';
import { forgetSource } from '../import/source-file.js';
import { fetchCopy } from './fetch-copy.js';

export interface RunFiles {
  /**
   * Puts our own copy of a source into the storage; what is returned says where it is. `keepHere` false: whoever reads it fetches it.
   * Throws STORAGE-….
   */
  store(source: SourceSettings, keepHere: boolean): Promise<SourceSettings>;
  /** The source as it lies on this machine, fetched if it does not. Throws FILES-102 if the copy is gone, STORAGE-…. */
  fetch(source: SourceSettings, signal: AbortSignal): Promise<SourceSettings>;
  /** Removes our own copies, here and in the storage. What can not be removed now goes with retention. */
  forget(source: SourceSettings): Promise<void>;
  /** Puts a run's file of failed rows beside them; returns what it is called there, undefined without a storage. Throws STORAGE-…. */
  storeFailedRows(run: string, file: string): Promise<string | undefined>;
  /** The same from there; undefined if there is none. Throws STORAGE-…. */
  findFailedRows(run: string, file: string): Promise<Readable | undefined>;
  /** Puts the file of an export beside them, if there is a storage. Throws STORAGE-…. */
  storeExport(file: string): Promise<void>;
  /** The same file from there; undefined if there is none. Throws STORAGE-…. */
  findExport(file: string): Promise<Readable | undefined>;
  /** Those in the storage that were written before the moment. */
  listOlder(before: Date): AsyncIterable<StoredFile>;
  remove(path: string): Promise<void>;
  /** The storage's name, after a look into it; undefined without one. Throws STORAGE-…. */
  probe(): Promise<string | undefined>;
}

/** In a storage that may hold other files too: what lies under it is ours, and goes with retention. */
const FOLDER = 'dovetail-runs';

const toFailedPath = (run: string, file: string): string => `${FOLDER}/failed/${run}-failed${extname(file)}`;

const toExportPath = (file: string): string => `${FOLDER}/exports/${basename(file)}`;

export interface RunFilesPlace {
  /** Undefined: the data folder. */
  readonly storage: string | undefined;
  /** Opens a storage by name. Throws STORAGE-105, 106, 108. */
  readonly open: (name: string) => Promise<Storage>;
  /** Where copies lie on this machine. */
  readonly spoolFolder: string;
}

type StoredCopy = Pick<SourceSettings, 'path' | 'size' | 'stored' | 'name'>;

const isHere = async ({ path, size }: Pick<SourceSettings, 'path' | 'size'>): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.size === size;

export function createRunFiles({ storage: name, open, spoolFolder }: RunFilesPlace): RunFiles {
  async function within<T>(storage: string, work: (storage: Storage) => Promise<T>): Promise<T> {
    const opened = await open(storage);
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }
  async function fetchStored<T extends StoredCopy>(copy: T, signal: AbortSignal): Promise<T> {
    const { stored } = copy;
    if (stored === undefined) return copy;
    const here = { ...copy, path: localPath(stored) };
    if (!(await isHere(here)))
      await within(stored.storage, (storage) => fetchCopy(storage, stored.path, here, signal));
    return here;
  }
  async function find(path: string): Promise<Readable | undefined> {
    if (name === undefined) return undefined;
    const opened = await open(name);
    const found = await opened.stat(path).catch(() => undefined);
    const bytes = found && Readable.from(await opened.get(path), { objectMode: false });
    if (bytes === undefined) await opened.close();
    else bytes.once('close', () => void opened.close().catch(() => {}));
    return bytes;
  }
  const localPath = (stored: { readonly path: string }): string => join(spoolFolder, basename(stored.path));

  return {
    async store(source, keepHere) {
      if (name === undefined || !source.spooled) return source;
      const path = `${FOLDER}/spool/${basename(source.path)}`;
      const { archive } = source;
      await within(name, async (storage) => {
        await storage.put(path, createReadStream(source.path));
        // Pictures are taken out of it by whoever does the run.
        if (archive) await storage.put(`${path}.zip`, createReadStream(archive.path));
      });
      if (!keepHere) await forgetSource(source);
      const stored = { storage: name, path };
      if (!archive) return { ...source, stored };
      return { ...source, stored, archive: { ...archive, stored: { storage: name, path: `${path}.zip` } } };
    },
    async fetch(source, signal) {
      const { archive, name } = source;
      const here = await fetchStored(source, signal);
      if (!archive || (await isHere(archive))) return here;
      return { ...here, archive: await fetchStored({ ...archive, name: `${name}, as a zip file,` }, signal) };
    },
    async forget(source) {
      await forgetSource(source);
      for (const { stored } of [source, source.archive ?? {}]) {
        if (stored === undefined) continue;
        await rm(localPath(stored), { force: true });
        await within(stored.storage, (storage) => storage.delete(stored.path)).catch(() => {});
      }
    },
    async storeFailedRows(run, file) {
      if (name === undefined) return undefined;
      const path = toFailedPath(run, file);
      await within(name, (storage) => storage.put(path, createReadStream(file)));
      return `storage:${name}/${path}`;
    },
    async storeExport(file) {
      if (name === undefined) return;
      await within(name, (storage) => storage.put(toExportPath(file), createReadStream(file)));
    },
    findFailedRows: (run, file) => find(toFailedPath(run, file)),
    findExport: (file) => find(toExportPath(file)),
    async *listOlder(before) {
      if (name === undefined) return;
      const opened = await open(name);
      try {
        for await (const file of opened.list(`${FOLDER}/`)) if (file.modifiedAt < before) yield file;
      } finally {
        await opened.close();
      }
    },
    async probe() {
      if (name === undefined) return undefined;
      await within(name, async (storage) => {
        for await (const _file of storage.list(`${FOLDER}/`)) break;
      });
      return name;
    },
    async remove(path) {
      if (name !== undefined) await within(name, (storage) => storage.delete(path));
    },
  };
}
