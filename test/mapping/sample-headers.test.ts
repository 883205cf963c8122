import { describe, expect, it } from 'vitest';
import { bindMapping } from '../../src/engine/mapping/bind-mapping.js';
import { checkMapping } from '../../src/engine/mapping/check-mapping.js';
import { matchColumns, toExportMapping, toMapping } from '../../src/engine/mapping/index.js';
import { readSampleCatalog } from '../catalog/catalog-fixture.js';
import { SAMPLE_DUMPS, type SampleDump } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';

const names = Object.keys(SAMPLE_DUMPS) as SampleDump[];

describe.skipIf(findSamples() === undefined).each(names)('the headers of an export of %s', (name) => {
  it('match back to exactly the fields they came from, whatever the order of the columns', async () => {
    const catalog = await readSampleCatalog(name);
    let referred = 0;
    for (const entity of catalog.entities.values()) {
      const exported = toExportMapping(catalog, entity);
      const header = exported.fields.map((field) => field.column!);
      for (const columns of [header, [...header].reverse()]) {
        const { matched, ignored, unmatched } = matchColumns(catalog, entity, columns);
        expect(unmatched, entity.name).toEqual([]);
        for (const { column, field, confidence } of matched) {
          const from = exported.fields.find((one) => one.column === column)!;
          expect([column, field, confidence]).toEqual([column, from.field, 1]);
        }
        // Only what the database makes itself may be left out.
        for (const { column, field } of ignored) {
          const own = entity.fields.find((one) => one.name === field)!;
          expect([column, own.readOnly || own.default !== undefined]).toEqual([column, true]);
          expect(entity.identity, `${entity.name}.${column}`).not.toContain(field);
        }
        expect(matched.length + ignored.length).toBe(columns.length);
      }
      referred += exported.fields.filter((field) => field.field.includes('.')).length;

      const matches = matchColumns(catalog, entity, header);
      if (matches.matched.length === 0) continue;
      const mapping = toMapping(entity, matches);
      expect(checkMapping(mapping, catalog)).toEqual([]);
      const bound = bindMapping(mapping, catalog, header);
      expect(bound.warnings).toEqual([]);
      expect(bound.unmatched).toEqual([]);
    }
    expect(referred).toBeGreaterThanOrEqual({ northwind: 0, pagila: 3, ledgersmb: 100 }[name]);
  });
});
