// Whole databases of other people, and the demo shop: everything goes out and comes back in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../src/engine/catalog/catalog.js';
import { findSamples } from '../support/samples.js';
import {
  emptyTables,
  errorsOf,
  listTables,
  openRoundTrip,
  type RoundTrip,
  readPrints,
  readRows,
} from './round-trip-fixture.js';

interface Sample {
  /** Tables without a unique key: their records can't be matched, so they are exported and added. */
  readonly withoutKey: readonly string[];
  /** Views are exported only. */
  readonly views: readonly string[];
  /** Columns that no import may write: their values are new after a move, and so left out of the comparison. */
  readonly computed?: readonly string[];
  /** Tables whose foreign keys the catalog can't vouch for (some partitions lack them): they come last. */
  readonly last?: readonly string[];
  /** What an operator does before a move and undoes after it. */
  readonly before?: string;
  readonly after?: string;
}

const SAMPLES: Readonly<Record<'shop' | 'northwind' | 'pagila' | 'ledgersmb', Sample>> = {
  shop: {
    withoutKey: [],
    views: ['customer_balance', 'product_availability'],
  },
  northwind: { withoutKey: [], views: [] },
  pagila: {
    withoutKey: [],
    views: [
      'actor_info',
      'customer_list',
      'film_list',
      'nicer_but_slower_film_list',
      'rental_by_category',
      'sales_by_film_category',
      'sales_by_store',
      'staff_list',
    ],
    last: ['payment'],
  },
  ledgersmb: {
    withoutKey: ['asset_note', 'payment_links', 'payroll_paid_timeoff'],
    views: [],
  },
};

describe.each(Object.entries(SAMPLES))('%s', (name, sample) => {
  const there = name === 'shop' || findSamples() !== undefined;
  let at: RoundTrip;
  let tables: readonly Entity[];
  beforeAll(async () => {
    if (!there) return;
    at = await openRoundTrip(name as 'shop');
    const last = sample.last ?? [];
    tables = [...listTables(at)].sort(
      (a, b) => Number(last.includes(a.name)) - Number(last.includes(b.name)),
    );
  });
  afterAll(() => at?.drop());

  const namesOf = (entities: readonly Entity[]): readonly string[] => entities.map((one) => one.name).sort();
  const matched = (): readonly Entity[] => tables.filter((entity) => entity.identity.length > 0);

  it.skipIf(!there)('has exactly the views and the tables without a key that are listed here', () => {
    const views = [...at.catalog.entities.values()].filter((entity) => entity.kind !== 'table');
    expect(namesOf(views)).toEqual(sample.views);
    expect(views.every((view) => !view.writable)).toBe(true);
    expect(namesOf(tables.filter((entity) => entity.identity.length === 0))).toEqual(sample.withoutKey);
    expect(tables.every((entity) => entity.writable)).toBe(true);
  });

  it.skipIf(!there)('exports its views, and refuses to import them', async () => {
    for (const view of sample.views) {
      const file = await at.export(view, 'csv');
      await expect(at.import(view, file), view).rejects.toThrow(/RECORDS-101/);
    }
  });

  it.skipIf(!there).each(['csv', 'ndjson'])(
    'is unchanged when all of it comes in again as %s',
    async (format) => {
      const before = await readPrints(at);
      const wrong: unknown[] = [];
      for (const { name: entity } of matched()) {
        const report = await at.import(entity, await at.export(entity, format));
        const { read, unchanged } = report.counters;
        const told = errorsOf(report);
        if (read !== unchanged || told.length > 0) wrong.push({ entity, counters: report.counters, told });
      }
      expect(wrong).toEqual([]);
      // Not a row was written, not even with the same values.
      expect(await readPrints(at)).toEqual(before);
    },
  );

  it.skipIf(!there)('comes back row for row into its emptied tables', async () => {
    const without = sample.computed ?? [];
    const stored = new Map<string, readonly string[]>();
    const files = new Map<string, string>();
    for (const entity of tables) {
      stored.set(entity.name, await readRows(at, entity, without));
      files.set(entity.name, await at.export(entity.name, 'csv'));
    }
    await at.database.query(sample.before ?? '');
    await emptyTables(at, tables);
    const wrong: unknown[] = [];
    for (const { name: entity, identity } of tables) {
      const strategy = identity.length === 0 ? 'add' : 'add_or_update';
      const report = await at.import(entity, files.get(entity)!, { strategy, empty: 'null', whole: true });
      const { read, added } = report.counters;
      const told = errorsOf(report);
      if (read !== added || told.length > 0) wrong.push({ entity, counters: report.counters, told });
    }
    await at.database.query(sample.after ?? '');
    expect(wrong).toEqual([]);
    for (const entity of tables) {
      const back = await readRows(at, entity, without);
      const is = new Set(back);
      const was = new Set(stored.get(entity.name));
      // Shown apart, because a list of thousands of rows says nothing.
      expect(
        stored
          .get(entity.name)!
          .filter((row) => !is.has(row))
          .slice(0, 3),
        `${entity.name}: lost`,
      ).toEqual([]);
      expect(back.filter((row) => !was.has(row)).slice(0, 3), `${entity.name}: new`).toEqual([]);
      expect(back.length, entity.name).toBe(stored.get(entity.name)!.length);
    }
  });
});
