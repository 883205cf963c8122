// What must hold of any database: everything that goes out comes back in, into the same tables and into emptied ones.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../src/engine/catalog/catalog.js';
import type { SampleDump } from '../support/load-dump.js';
import { fillTables, toggleTriggers } from './fill-tables.js';
import {
  emptyTables,
  errorsOf,
  listTables,
  openRoundTrip,
  type RoundTrip,
  readExported,
  readPrints,
  readRows,
} from './round-trip-fixture.js';

export interface WholeDatabase {
  readonly from: 'shop' | SampleDump;
  readonly skip: boolean;
  /** Tables without a unique key: their records can't be matched, so they are exported and added. */
  readonly withoutKey: readonly string[];
  /** Views are exported only. */
  readonly views: readonly string[];
  /** Tables whose only key PostgreSQL always numbers: stored records are found by it, moved ones get a new one. */
  readonly numbered?: readonly string[];
  /**
   * True: PostgreSQL gives the keys of moved records anew, whatever the files say. Then tables are compared by what
   * they export, where a reference is written as what identifies the other record; else by their stored rows.
   */
  readonly newKeys?: boolean;
  /** Tables whose foreign keys the catalog can't vouch for, because some of their partitions lack them: they come last. */
  readonly last?: readonly string[];
  /** Given: empty tables are filled with made-up rows; named are those that can't be. */
  readonly unfillable?: readonly string[];
  /** True: also with records in full, and into emptied tables, in every format. It takes minutes where there are many tables. */
  readonly everyFormat?: boolean;
  /** True: as an operator would, the application's triggers are turned off while the emptied tables are filled. */
  readonly withoutTriggers?: boolean;
}

const EVERY = ['csv', 'ndjson', 'xlsx', 'xml', 'parquet'];

/** Enough to see every kind of column, and quick. */
const MOST_AS_JSON = 40;
/** Records with all that belongs to them are large. */
const MOST_IN_FULL = 12;

export function testWholeDatabase(sample: WholeDatabase): void {
  describe.skipIf(sample.skip)(`the database ${sample.from}`, { timeout: 600_000 }, () => {
    const { last = [], numbered = [] } = sample;
    let at: RoundTrip;
    let tables: readonly Entity[];
    let unfilled: readonly string[] | undefined;
    beforeAll(async () => {
      at = await openRoundTrip(sample.from);
      if (sample.unfillable) unfilled = await fillTables(at);
      const lateness = ({ name }: Entity): number => Number(last.includes(name));
      tables = [...listTables(at)].sort((a, b) => lateness(a) - lateness(b));
    }, 600_000);
    afterAll(() => at.drop());

    const namesOf = (entities: readonly Entity[]): readonly string[] =>
      entities.map(({ name }) => name).sort();
    const isNumbered = (entity: Entity): boolean =>
      entity.identity.some((name) =>
        entity.fields.some((field) => field.name === name && field.generated === 'always'),
      );

    it('has exactly the views, and the tables without a key of their own, that are listed here', () => {
      const views = [...at.catalog.entities.values()].filter((entity) => entity.kind !== 'table');
      expect(namesOf(views)).toEqual(sample.views);
      expect(views.filter((view) => view.writable)).toEqual([]);
      expect(namesOf(tables.filter((entity) => !entity.writable))).toEqual([]);
      expect(namesOf(tables.filter((entity) => entity.identity.length === 0))).toEqual(sample.withoutKey);
      expect(namesOf(tables.filter(isNumbered))).toEqual(numbered);
      expect(unfilled).toEqual(sample.unfillable);
    });

    it('exports its views, and refuses to import them', async () => {
      for (const view of sample.views) {
        const file = await at.export(view, 'csv');
        await expect(at.import(view, file), view).rejects.toThrow(/RECORDS-101/);
      }
    });

    it.each(sample.everyFormat ? [...EVERY, 'json'] : EVERY)(
      'is unchanged when all of it comes in again as %s',
      async (format) => {
        const before = await readPrints(at);
        // Of an empty table there is nothing but a header, and only CSV has one.
        const known = tables.filter(({ name, identity }) => {
          return identity.length > 0 && (format === 'csv' || !before.get(name)!.startsWith('0'));
        });
        const tried = ['csv', 'xlsx'].includes(format) ? known : known.slice(0, MOST_AS_JSON);
        const wrong: unknown[] = [];
        for (const { name } of tried) {
          // For an empty table it is enough to know that the header is understood.
          const dryRun = before.get(name)!.startsWith('0');
          const report = await at.import(name, await at.export(name, format), { dryRun });
          const { read, unchanged } = report.counters;
          const told = errorsOf(report);
          if (read !== unchanged || told.length > 0) wrong.push({ name, counters: report.counters, told });
        }
        expect(wrong).toEqual([]);
        // Not a row was written, not even with the same values.
        expect(await readPrints(at)).toEqual(before);
      },
    );

    it.runIf(sample.everyFormat === true).each(['json', 'ndjson', 'xml'])(
      'is unchanged when it comes in as %s with the records it refers to, whole',
      async (format) => {
        const before = await readPrints(at);
        const known = tables.filter(
          ({ name, identity }) => identity.length > 0 && !before.get(name)!.startsWith('0'),
        );
        const wrong: unknown[] = [];
        for (const { name } of known.slice(0, MOST_IN_FULL)) {
          const report = await at.import(name, await at.export(name, format, true));
          const { read, unchanged } = report.counters;
          const told = errorsOf(report);
          if (read !== unchanged || read === 0 || told.length > 0)
            wrong.push({ name, counters: report.counters, told });
        }
        expect(wrong).toEqual([]);
        expect(await readPrints(at)).toEqual(before);
      },
    );

    const emptied = sample.everyFormat ? EVERY : ['csv', 'xlsx'];
    it.each(emptied)('comes back into its emptied tables as %s', async (format) => {
      const readAll = (entity: Entity) =>
        sample.newKeys === true ? readExported(at, entity) : readRows(at, entity);
      const stored = new Map<string, readonly string[]>();
      const files = new Map<string, string>();
      for (const entity of tables) {
        stored.set(entity.name, await readAll(entity));
        if (stored.get(entity.name)!.length > 0) files.set(entity.name, await at.export(entity.name, format));
      }
      if (sample.withoutTriggers === true) await at.database.query(toggleTriggers(at, 'disable'));
      await emptyTables(at, tables);
      const wrong: unknown[] = [];
      for (const entity of tables.filter(({ name }) => files.has(name))) {
        const strategy = entity.identity.length === 0 || isNumbered(entity) ? 'add' : 'add_or_update';
        const wish = { strategy, empty: 'null', whole: true } as const;
        const report = await at.import(entity.name, files.get(entity.name)!, wish);
        const { read, added } = report.counters;
        const told = errorsOf(report);
        if (read !== added || told.length > 0)
          wrong.push({ name: entity.name, counters: report.counters, told });
      }
      if (sample.withoutTriggers === true) await at.database.query(toggleTriggers(at, 'enable'));
      expect(wrong).toEqual([]);
      for (const entity of tables) {
        const was = stored.get(entity.name)!;
        const back = await readAll(entity);
        // The first few only: a list of thousands of rows tells nobody anything.
        expect(without(was, back).slice(0, 3), `${entity.name}: lost`).toEqual([]);
        expect(without(back, was).slice(0, 3), `${entity.name}: new`).toEqual([]);
        expect(back.length, entity.name).toBe(was.length);
      }
    });
  });
}

/** Rows of the one list that the other lacks, however often they are there. */
function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}
