// What round trips need: a database with the door `files` open on it, exports into files, imports from them, and the
// stored rows in a form that shows the smallest change.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import type { ImportCall } from '../../src/doors/files/import/import-call.js';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import type { Catalog, Entity } from '../../src/engine/catalog/catalog.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { toExportMapping } from '../../src/engine/mapping/index.js';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';
import { loadSample, type SampleDump } from '../support/load-dump.js';
import { createTestDatabase } from '../support/test-database.js';

export type Wish = Partial<Omit<ImportCall, 'source' | 'mapping'>> & {
  /** Import every column that was exported, keys made by the database too, instead of what the headers suggest. */
  readonly whole?: boolean;
  /** Of these, leave out some by their paths. */
  readonly without?: readonly string[];
};

export interface RoundTrip {
  readonly database: Database;
  readonly catalog: Catalog;
  /** Exports an entity into a file and returns its path. */
  export(entity: string, format: string, full?: boolean): Promise<string>;
  import(entity: string, file: string, wish?: Wish): Promise<RunReport>;
  /** Imports CSV text. */
  importText(entity: string, text: string, wish?: Wish): Promise<RunReport>;
  drop(): Promise<void>;
}

export interface OwnRoundTrip extends RoundTrip {
  /** Name of the database. */
  readonly name: string;
  /** The same database through connections of their own, made under the settings it has by now. */
  reopen(): Promise<RoundTrip>;
}

/** An empty database, the demo shop or a sample, with `ddl` run in it and our own schema beside it. */
export async function openRoundTrip(from: 'empty' | 'shop' | SampleDump, ddl = ''): Promise<OwnRoundTrip> {
  const test = await createTestDatabase(from === 'shop' ? 'shop' : 'empty');
  const { database } = test;
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-round-trip-'));
  if (from !== 'empty' && from !== 'shop') await loadSample(test, from);
  if (ddl !== '') await database.query(ddl);
  await fillViews(database);
  await migrate(database);
  await database.query('analyze');
  return {
    ...(await openDoor(database, folder)),
    name: test.name,
    async reopen() {
      const again = openDatabase(test.url);
      return { ...(await openDoor(again, folder)), drop: () => again.close() };
    },
    async drop() {
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openDoor(database: Database, folder: string): Promise<Omit<RoundTrip, 'drop'>> {
  const service = createCatalog({ database });
  const catalog = await service.read();
  const door = createFilesDoor({
    database,
    catalog: service,
    dataFolder: folder,
    enqueue: async () => {},
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const signal = new AbortController().signal;
  const watch = { signal, onProgress: () => {}, confirmRemoval: async () => false };

  /** The export's own mapping without what no import may write. */
  async function writeMapping(entity: Entity, without: readonly string[]): Promise<string> {
    const mapping = toExportMapping(catalog, entity);
    const unwritable = new Set([
      ...without,
      ...entity.fields
        .filter((field) => field.readOnly && !entity.identity.includes(field.name))
        .map((field) => field.name),
    ]);
    const fields = mapping.fields.filter(({ field }) => !unwritable.has(field));
    const file = join(folder, `${entity.name}.mapping.json`);
    await writeFile(file, JSON.stringify({ ...mapping, fields }));
    return file;
  }

  const at: Omit<RoundTrip, 'drop'> = {
    database,
    catalog,
    async export(entity, format, full = false) {
      const path = join(folder, `${entity}.${format}`);
      await door.services.export({
        entity,
        format,
        formatOptions: {},
        full,
        target: { path },
        signal,
        onProgress: () => {},
      });
      return path;
    },
    async import(entity, path, { whole, without = [], ...wish } = {}) {
      const mapping = whole === true ? await writeMapping(findEntity(catalog, entity), without) : undefined;
      return door.services.import({
        ...watch,
        source: { path },
        entity,
        dryRun: false,
        probe: false,
        onError: 'skip',
        formatOptions: {},
        background: false,
        ...(mapping === undefined ? {} : { mapping }),
        ...wish,
      });
    },
    async importText(entity, text, wish) {
      const path = join(folder, `${entity}.csv`);
      await writeFile(path, text);
      return at.import(entity, path, wish);
    },
  };
  return at;
}

/** A dump leaves materialized views unfilled; nothing can be read from them then. */
async function fillViews(database: Database): Promise<void> {
  const { rows } = await database.query<{ view: string }>(
    `select format('%I.%I', schemaname, matviewname) as view from pg_matviews where not ispopulated`,
  );
  for (const { view } of rows) await database.query(`refresh materialized view ${view}`);
}

/** Entities that are tables, in the order in which they can be imported. */
export const listTables = ({ catalog }: RoundTrip): readonly Entity[] =>
  [...catalog.entities.values()].filter((entity) => entity.kind === 'table');

const storedIn = (entity: Entity): string =>
  `${entity.inheritedBy ? 'only ' : ''}${ident(entity.schema, entity.table)}`;

/** Every table's rows with the place and the transaction they were written at: the same twice only if nothing was written. */
export async function readPrints(at: RoundTrip): Promise<ReadonlyMap<string, string>> {
  const parts = listTables(at).map(
    (entity, i) => `select ${i} as i, concat_ws(' ', count(*),
      sum(hashtextextended(concat_ws(' ', t.tableoid, t.ctid, t.xmin, t.xmax, t::text), 0))) as print from ${storedIn(entity)} t`,
  );
  const { rows } = await at.database.query<{ i: number; print: string }>(parts.join(' union all '));
  return new Map(rows.map(({ i, print }) => [listTables(at)[i]!.name, print]));
}

/** Rows as texts, sorted. */
export async function readRows(at: RoundTrip, entity: Entity): Promise<readonly string[]> {
  const columns = entity.fields.map((field) => `t.${ident(field.name)}::text`);
  const { rows } = await at.database.query<{ text: string }>(
    `select json_build_array(${columns.join(', ')})::text collate "C" as text from ${storedIn(entity)} t order by 1`,
  );
  return rows.map((row) => row.text);
}

/** Records as an export writes them, sorted, without the numbers that PostgreSQL always gives. */
export async function readExported(at: RoundTrip, entity: Entity): Promise<readonly string[]> {
  const numbered = new Set(
    entity.fields.filter((field) => field.generated === 'always').map((field) => field.name),
  );
  const lines = (await readFile(await at.export(entity.name, 'ndjson'), 'utf8')).split('\n').slice(0, -1);
  return lines
    .map((line) =>
      JSON.stringify(JSON.parse(line) as object, (key, value: unknown) =>
        numbered.has(key) ? undefined : value,
      ),
    )
    .sort();
}

/** Removes every row of every table and starts the sequences anew. */
export async function emptyTables(at: RoundTrip, entities: readonly Entity[]): Promise<void> {
  const names = entities.map((entity) => ident(entity.schema, entity.table)).join(', ');
  await at.database.query(`truncate ${names} restart identity cascade`);
}

/** What a run that went wrong says, short enough for a failing test's message. */
export function errorsOf(report: RunReport): readonly string[] {
  const groups = [...report.errors, ...report.warnings].flatMap((group) =>
    group.first
      .slice(0, 2)
      .map((issue) => `${group.count}× ${issue.code} ${issue.field ?? ''}: ${issue.message}`),
  );
  return report.failure ? [`${report.failure.code} ${report.failure.detail}`, ...groups] : groups;
}
