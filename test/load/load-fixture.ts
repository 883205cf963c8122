// What tests of the initial load have at hand: a database set up for it, the door over it, and a folder to put files in.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInitialLoadDoor } from '../../src/doors/initial-load/initial-load-door.js';
import type {
  FileReport,
  LoadCall,
  LoadReport,
  LoadServices,
} from '../../src/doors/initial-load/load-services.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import type { LoadSettings } from '../../src/foundation/config/project-config.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';

export interface LoadFixture {
  readonly database: Database;
  readonly url: string;
  /** The project's folder; the load folder is `load` in it. */
  readonly folder: string;
  readonly door: LoadServices;
  /** Writes files of the load folder, by path. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  remove(path: string): Promise<void>;
  load(wish?: Partial<LoadCall>): Promise<LoadReport>;
  rows(sql: string): Promise<readonly unknown[]>;
  drop(): Promise<void>;
}

export async function createLoadFixture(
  ddl = '',
  about: { readonly settings?: LoadSettings; readonly entities?: Record<string, unknown> } = {},
): Promise<LoadFixture> {
  const test = await createTestDatabase();
  const { database } = test;
  await migrate(database);
  if (ddl !== '') await database.query(ddl);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-load-'));
  await mkdir(join(folder, 'load'));
  const { services: door } = createInitialLoadDoor({
    database,
    catalog: createCatalog({ database, overrides: about.entities }),
    settings: about.settings,
    projectFolder: folder,
    entry: join(import.meta.dirname, '..', '..', 'src', 'index.ts'),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  });
  return {
    database,
    url: test.url,
    folder,
    door,
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        const at = join(folder, 'load', path);
        await mkdir(dirname(at), { recursive: true });
        await writeFile(at, content);
      }
    },
    remove: (path) => rm(join(folder, 'load', path)),
    load: (wish = {}) => door.load({ dryRun: false, signal: new AbortController().signal, ...wish }),
    async rows(sql) {
      return (await database.pool.query({ text: sql, rowMode: 'array' })).rows;
    },
    async drop() {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `path outcome` of each file, in order. */
export const outcomesOf = (report: LoadReport): readonly string[] =>
  report.files.map(({ path, outcome }) => `${path} ${outcome}`);

/** Of a file's entities those counters that are not zero. */
export const countsOf = (file: FileReport | undefined): Record<string, unknown> =>
  Object.fromEntries(
    (file?.entities ?? []).map(({ entity, counters }) => [
      entity,
      Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== 0)),
    ]),
  );
