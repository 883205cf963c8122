// The files that exported records name: noted while the rows go by, so that they can follow the tables into the archive.
import type { FileRule } from '../../../engine/catalog/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { importError } from '../import/import-errors.js';
import { toStored } from './file-wish.js';

/** One column of an export, as far as this is about it. */
interface ReadField {
  readonly path: readonly string[];
  readonly field?: { readonly file?: FileRule };
}

export interface ExportedFile {
  /** Name in the archive, and in the cells. */
  readonly name: string;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

export interface ExportedFiles {
  /** The rows with the names that files get in the archive. A file that its storage does not have keeps the name it has. */
  rename(
    rows: readonly (readonly (string | null)[])[],
    columns: readonly (ReadField | undefined)[],
  ): Promise<readonly (readonly (string | null)[])[]>;
  /** The files of all rows so far, each once. */
  list(): readonly ExportedFile[];
  readonly missing: number;
  close(): Promise<void>;
}

/** An archive has room for 65,535 entries, of which some are tables. */
const MOST_FILES = 65_000;
const FOLDER = 'files';
const SIDE_BY_SIDE = 6;

export function collectExportedFiles(openStorage: (rule: FileRule) => Promise<Storage>): ExportedFiles {
  const storages = new Map<string, Promise<Storage>>();
  /** By storage and path; null: there is no such file. */
  const files = new Map<string, ExportedFile | null>();
  let missing = 0;

  const storageOf = (rule: FileRule): Promise<Storage> => {
    const known = storages.get(rule.storage) ?? openStorage(rule);
    storages.set(rule.storage, known);
    return known;
  };

  async function note(rule: FileRule, path: string): Promise<void> {
    const key = `${rule.storage} ${path}`;
    const storage = await storageOf(rule);
    const there = await storage.stat(path);
    if (!there) missing++;
    files.set(key, there ? { name: `${FOLDER}/${path}`, open: () => storage.get(path) } : null);
    if (files.size - missing <= MOST_FILES) return;
    throw importError(150, {
      detail: `The records name more than ${MOST_FILES} files; a zip file takes no more.`,
      hint: 'Export without --with-files, or fewer entities at once.',
    });
  }

  return {
    async rename(rows, columns) {
      const held = columns.flatMap((column, i) => {
        const rule = column?.path.length === 1 ? column.field?.file : undefined;
        return rule ? [{ i, rule }] : [];
      });
      if (held.length === 0) return rows;
      const fresh = new Map<string, () => Promise<void>>();
      const pathOf = (row: readonly (string | null)[], { i, rule }: (typeof held)[number]) =>
        row[i] == null ? undefined : toStored(row[i], rule.address);
      for (const row of rows) {
        for (const one of held) {
          const path = pathOf(row, one);
          if (path === undefined) continue;
          const key = `${one.rule.storage} ${path}`;
          if (!files.has(key)) fresh.set(key, () => note(one.rule, path));
        }
      }
      const works = [...fresh.values()];
      for (let at = 0; at < works.length; at += SIDE_BY_SIDE)
        await Promise.all(works.slice(at, at + SIDE_BY_SIDE).map((work) => work()));
      return rows.map((row) => {
        const cells = [...row];
        for (const one of held) {
          const path = pathOf(row, one);
          const file = path === undefined ? undefined : files.get(`${one.rule.storage} ${path}`);
          if (file) cells[one.i] = file.name;
        }
        return cells;
      });
    },
    list() {
      const byName = new Map(
        [...files.values()].flatMap((file) => (file ? [[file.name, file] as const] : [])),
      );
      return [...byName.values()];
    },
    get missing() {
      return missing;
    },
    async close() {
      await Promise.all(
        [...storages.values()].map((one) =>
          one.then(
            (storage) => storage.close(),
            () => {},
          ),
        ),
      );
    },
  };
}
