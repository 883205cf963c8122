// What tests of imports have at hand: a database set up for runs, the door `files` over it, and files made of text.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor, type FilesDoor, type FilesRooms } from '../../src/doors/files/files-door.js';
import type { ImportCall } from '../../src/doors/files/import/import-call.js';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { type CatalogService, createCatalog, type EntityOverrides } from '../../src/engine/catalog/index.js';
import type { RunIssue } from '../../src/engine/pipeline/index.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';

export type ImportWish = Partial<Omit<ImportCall, 'source'>> & {
  /** Name of the file; its end says the format. Default `source.csv`. */
  readonly name?: string;
};

export interface ImportFixture {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly files: FilesDoor['services'];
  readonly url: string;
  readonly folder: string;
  /** Writes a file into the fixture's folder; returns its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Imports the content into the entity, with two writers unless told otherwise. */
  import(entity: string, content: string | Uint8Array, wish?: ImportWish): Promise<RunReport>;
  /** The same through a mapping, given as YAML. */
  importMapped(
    entity: string,
    mapping: string,
    content: string | Uint8Array,
    wish?: ImportWish,
  ): Promise<RunReport>;
  /** Every issue of a run, in the order of the source. */
  issues(report: RunReport): Promise<readonly RunIssue[]>;
  /** The rows of a query as arrays of text, as psql would print them. */
  rows(sql: string): Promise<readonly (string | null)[][]>;
  run(sql: string): Promise<void>;
  drop(): Promise<void>;
}

export async function createImportFixture(
  ddl = '',
  from: 'empty' | 'shop' = 'empty',
  overrides: EntityOverrides = {},
  rooms: Partial<FilesRooms> = {},
): Promise<ImportFixture> {
  const test = await createTestDatabase(from);
  const { database } = test;
  await migrate(database);
  if (ddl !== '') await database.query(ddl);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-import-'));
  const catalog = createCatalog({ database, overrides });
  const { services: files } = createFilesDoor({
    database,
    catalog,
    enqueue: async () => {},
    dataFolder: join(folder, 'data'),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    ...rooms,
  });
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  let made = 0;
  const importContent: ImportFixture['import'] = async (entity, content, wish = {}) => {
    const { name = 'source.csv', ...call } = wish;
    const path = await write(`${++made}-${name}`, content);
    return files.import({ ...toCall(call), entity, source: { path } });
  };
  return {
    database,
    catalog,
    files,
    url: test.url,
    folder,
    write,
    import: importContent,
    importMapped: async (entity, mapping, content, wish) =>
      importContent(entity, content, { ...wish, mapping: await write('mapping.yaml', mapping) }),
    async issues(report) {
      const issues: RunIssue[] = [];
      for await (const issue of files.listIssues(report.run!)) issues.push(issue);
      return issues;
    },
    async rows(sql) {
      // Text as the server writes it, whatever the type.
      const types = { getTypeParser: () => (value: string) => value };
      const result = await database.pool.query({ text: sql, rowMode: 'array', types: types as never });
      return result.rows as (string | null)[][];
    },
    async run(sql) {
      await database.query(sql);
    },
    async drop() {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A call with what nobody asked for left at its default. */
export function toCall(wish: Partial<ImportCall>): Omit<ImportCall, 'source'> {
  return {
    dryRun: false,
    probe: false,
    onError: 'skip',
    formatOptions: {},
    background: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    confirmRemoval: async () => false,
    ...wish,
  };
}

/** Of a report's counters those that are not zero. */
export function countsOf(report: RunReport): Partial<RunReport['counters']> {
  return Object.fromEntries(Object.entries(report.counters).filter(([, count]) => count !== 0));
}

/** CSV text of rows; a cell is quoted where it must be, null is an empty cell, '' a quoted blank. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) =>
    value === null
      ? ''
      : value === '' || /[",\r\n]/.test(`${value}`)
        ? `"${`${value}`.replaceAll('"', '""')}"`
        : `${value}`;
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
