// The door `files` on the demo shop, for templates, archives and saved exports: into a folder and back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor, type FilesDoor } from '../../src/doors/files/files-door.js';
import type { ImportCall } from '../../src/doors/files/import/import-call.js';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { type CatalogService, createCatalog } from '../../src/engine/catalog/index.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase } from '../support/test-database.js';

export interface DoorFixture {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly files: FilesDoor['services'];
  readonly folder: string;
  import(entity: string, file: string, wish?: Partial<ImportCall>): Promise<RunReport>;
  drop(): Promise<void>;
}

export async function openDoorOn(from: 'shop' | 'empty', ddl = ''): Promise<DoorFixture> {
  const test = await createTestDatabase(from);
  const { database } = test;
  if (ddl !== '') await database.query(ddl);
  await migrate(database);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-door-'));
  const catalog = createCatalog({ database });
  const { services: files } = createFilesDoor({
    database,
    catalog,
    dataFolder: folder,
    enqueue: async () => {},
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  return {
    database,
    catalog,
    files,
    folder,
    import: (entity, file, wish = {}) =>
      files.import({ ...toCall(wish), source: { path: join(folder, file) }, entity }),
    async drop() {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const WATCH = { signal: new AbortController().signal, onProgress: () => {} };
