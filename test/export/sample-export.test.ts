import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { loadSample, SAMPLE_DUMPS, type SampleDump } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';
import { createFixture, type ExportFixture, exportText, readBack, readStored } from './export-fixture.js';

const names = Object.keys(SAMPLE_DUMPS) as SampleDump[];

/** A dump leaves materialized views unfilled; nothing can be read from them then. */
async function readUnfilledViews({ database }: ExportFixture): Promise<readonly string[]> {
  const { rows } = await database.query<{ view: string }>(
    `select format('%I.%I', schemaname, matviewname) as view from pg_matviews where not ispopulated`,
  );
  return rows.map((row) => row.view);
}

describe.skipIf(findSamples() === undefined).each(names)('every entity of %s', (name) => {
  let at: ExportFixture;
  beforeAll(async () => {
    const empty = await createFixture('empty');
    const { connectionString } = empty.database.connection as { connectionString: string };
    await loadSample({ url: connectionString }, name);
    for (const view of await readUnfilledViews(empty))
      await empty.database.query(`refresh materialized view ${view}`);
    // Views that gather texts do so in the order of their plan, which must not change between two looks at them.
    await empty.database.query('analyze');
    at = { ...empty, catalog: await createCatalog({ database: empty.database }).read() };
  });
  afterAll(() => at.drop());

  it('comes out as CSV that reads back as what is stored, either way of writing', async () => {
    for (const entity of at.catalog.entities.values()) {
      const stored = await readStored(at, entity);
      const direct = await exportText(at, entity.name);
      const written = await exportText(at, entity.name, { options: { rowEnd: '' } });
      expect(direct.rows, entity.name).toBe(stored.length);
      expect(written.lane).toBe('written');
      const back = await readBack(direct.text, 'csv');
      expect(await readBack(written.text, 'csv')).toEqual(back);
      if (stored.length === 0) continue;
      expect(back.columns, entity.name).toEqual(direct.columns);
      entity.fields.forEach((field, i) => {
        const column = direct.columns.indexOf(field.name);
        if (column < 0) return;
        const values = stored.map((row) => row[i] ?? undefined);
        expect(
          back.rows.map((row) => row[column]),
          `${entity.name}.${field.name}`,
        ).toEqual(values);
      });
    }
  });

  it('comes out as JSON and NDJSON that any reader understands', async () => {
    for (const entity of at.catalog.entities.values()) {
      const json = await exportText(at, entity.name, { format: 'json' });
      const lines = await exportText(at, entity.name, { format: 'ndjson' });
      const records = JSON.parse(json.text) as unknown[];
      expect(records.length, entity.name).toBe(json.rows);
      // A view without a key comes in whatever order its plan has, which may be another one a moment later.
      const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
      const told = lines.text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
      expect(sorted(told), entity.name).toEqual(sorted(records));
    }
  });

  it('comes out with the records it refers to, whole', async () => {
    for (const entity of at.catalog.entities.values()) {
      const { rows, text } = await exportText(at, entity.name, { format: 'json', full: true, limit: 20 });
      expect((JSON.parse(text) as unknown[]).length, entity.name).toBe(rows);
      const flat = await exportText(at, entity.name, { full: true, limit: 20 });
      expect(flat.rows, entity.name).toBe(rows);
    }
  });
});
