// Watching does no harm: whatever is watched, the application's own statements go on, and afterwards the schema is what it was.
import { afterEach, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { JOBS_SCHEMA } from '../../src/engine/jobs/install-jobs.js';
import { uninstall } from '../../src/foundation/postgres/install.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';
import { hasLogicalWal } from '../support/logical-wal.js';
import { findSamples } from '../support/samples.js';
import { findSchemaDump, readSchemaSnapshot } from '../support/schema-snapshot.js';
import { hasShop } from '../support/test-database.js';
import { openWatched, unwatchNow, type Watched, watchNow } from './watch-fixture.js';

const byLog = await hasLogicalWal();
const there = findSamples() !== undefined;
let at: Watched | undefined;
afterEach(async () => {
  await at?.drop();
  at = undefined;
});

interface Target {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
}

/** Columns that a statement may set to what they are. */
async function listTargets({ database, watch }: Watched): Promise<readonly Target[]> {
  const { tables } = (await watch.find())!;
  const { rows } = await database.query<Target & Record<string, unknown>>(
    `select n.nspname as schema, c.relname as "table", array(
       select a.attname::text from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity <> 'a'
       order by a.attnum) as columns
     from unnest($1::text[], $2::text[]) as w (schema, name)
     join pg_namespace n on n.nspname = w.schema join pg_class c on c.relnamespace = n.oid and c.relname = w.name`,
    [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  );
  return rows;
}

/** What became of the statement: `done`, or the server's error. All is rolled back. */
async function attempt({ database }: Watched, statement: string): Promise<string> {
  return database.withClient(async (client) => {
    await client.query('begin');
    try {
      await client.query(statement);
      // What is deferred is checked, too.
      await client.query('set constraints all immediate');
      return 'done';
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return `${code} ${message}`;
    } finally {
      await client.query('rollback');
    }
  });
}

async function attemptAll(on: Watched, targets: readonly Target[]): Promise<ReadonlyMap<string, string>> {
  const outcomes = new Map<string, string>();
  for (const { schema, table, columns } of targets) {
    const name = ident(schema, table);
    const setting = columns.map((column) => `${ident(column)} = ${ident(column)}`).join(', ');
    outcomes.set(`update ${name}`, await attempt(on, `update ${name} set ${setting}`));
    outcomes.set(`delete ${name}`, await attempt(on, `delete from ${name}`));
    outcomes.set(`truncate ${name}`, await attempt(on, `truncate ${name} cascade`));
  }
  return outcomes;
}

describe.each([
  ['shop', hasShop()],
  ['northwind', there],
  ['pagila', there],
  ['ledgersmb', there],
] as const)('the application of %s', (name, isThere) => {
  describe.skipIf(!isThere)('whose every table is watched', () => {
    it.for([
      ['wal', 'key'],
      ['wal', 'full'],
      ['trigger', 'key'],
    ] as const)(
      'by %s with replica identity %s updates, deletes and truncates as before, and unwatched is as it was',
      { timeout: 300_000 },
      async ([capture, replicaIdentity], { skip }) => {
        skip(capture === 'wal' && !byLog, 'wal_level of this server is not logical');
        at = await openWatched(name);
        const before = await readSchemaSnapshot(at.database);
        const dumpBefore = await findSchemaDump(at.url);
        await setUpDatabase(at.database);
        const unwatched = await readSchemaSnapshot(at.database);
        const plan = await watchNow(at, 'all', { capture, replicaIdentity });
        const catalog = await at.catalog.read();
        expect(plan.tables.map(({ entity }) => entity).sort()).toEqual(
          [...catalog.entities.values()]
            .filter(({ kind }) => kind === 'table')
            .map((one) => one.name)
            .sort(),
        );
        expect(plan.leftOut).toEqual([]);
        const targets = await listTargets(at);
        const outcomes = await attemptAll(at, targets);
        expect([...outcomes.values()].filter((outcome) => outcome === 'done').length).toBeGreaterThan(
          targets.length,
        );

        await unwatchNow(at, 'all');
        expect(await readSchemaSnapshot(at.database)).toEqual(unwatched);
        // What the application's own constraints refuse they refuse without us too.
        const outcomesBefore = await attemptAll(at, targets);
        expect(outcomes).toEqual(outcomesBefore);
        await uninstall(at.database, { jobsSchema: JOBS_SCHEMA });
        expect(await readSchemaSnapshot(at.database)).toEqual(before);
        expect(await findSchemaDump(at.url)).toEqual(dumpBefore);
      },
    );
  });
});
