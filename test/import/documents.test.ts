// Whole documents reshaped by JSONata before they are mapped, and expressions that will not come to an end.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(
    `create table line (id bigint generated always as identity primary key, number text not null, position int not null, sku text not null, price numeric(10, 2), unique (number, position))`,
  );
});
beforeEach(() => at.run('truncate line'));
afterAll(() => at.drop());

const FIELDS = `fields:
  - { field: number, column: order }
  - { field: position, column: position }
  - { field: sku, column: article.sku }
  - { field: price, column: price, steps: [{ cel: "double(value) / 100.0" }] }
`;
const importWith = async (jsonata: string, source: string, name = 'orders.json', more = '') =>
  at.import('line', source, {
    name,
    mapping: await at.write(
      'orders.yaml',
      `entity: line\nidentity: [number, position]\ndocuments: { jsonata: ${JSON.stringify(jsonata)}${more} }\n${FIELDS}`,
    ),
  });

const LINES =
  '$map(items, function($item, $i) {{ "order": id, "position": $i + 1, "article": { "sku": $item.sku }, "price": $item.cents }})';

describe('a document', () => {
  it('becomes as many records as the expression makes of it', async () => {
    const source = JSON.stringify([
      { id: 'A', customer: { name: 'x' }, items: [{ sku: 's1', cents: 150 }, { sku: 's2' }] },
      { id: 'B', items: [] },
      { id: 'C', items: [{ sku: 's3', cents: 5 }] },
    ]);
    const report = await importWith(LINES, source);
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(await at.rows('select number, position, sku, price from line order by 1, 2')).toEqual([
      ['A', '1', 's1', '1.50'],
      ['A', '2', 's2', null],
      ['C', '1', 's3', '0.05'],
    ]);
  });

  it('fails alone, and comes back once as it was', async () => {
    const source = [
      { id: 'A', items: [{ sku: 's1', cents: 'dear' }, { cents: 1 }] },
      { id: 'B', items: 'none', bad: true },
      { id: 'C', items: [{ sku: 's3', cents: 5 }] },
    ];
    const expression = `bad ? "no" : ${LINES}`;
    const report = await importWith(
      expression,
      source.map((one) => JSON.stringify(one)).join('\n'),
      'orders.ndjson',
    );
    expect(countsOf(report)).toMatchObject({ added: 1, failed: 3 });
    expect((await at.issues(report)).map(({ line, code }) => [line, code.split('-')[0]])).toEqual([
      [1, 'MAPPING'],
      [1, 'RECORDS'],
      [2, 'MAPPING'],
    ]);
    const failed = (await readFile(report.failedRows!.file, 'utf8')).trim().split('\n');
    expect(failed.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['A', 'B']);
  });

  it('that takes too long is given up, and the others go in', async () => {
    const source = JSON.stringify([
      { id: 'A', items: [{ sku: 's1' }] },
      { id: 'B', slow: true, items: [{ sku: 's2' }] },
      { id: 'C', items: [{ sku: 's3' }] },
    ]);
    const endless = `($f := function($n) { $n = 0 ? 0 : $f($n) }; slow ? $f(1) : ${LINES})`;
    const report = await importWith(endless, source, 'orders.json', ', timeout: 2000');
    expect(countsOf(report)).toEqual({ read: 3, added: 2, failed: 1 });
    expect(report.errors[0]).toMatchObject({ code: 'MAPPING-404' });
    expect(report.errors[0]!.first[0]!.message).toContain('longer than 2000 ms');
  });

  it('is refused with its place if the expression is none', async () => {
    await expect(importWith('items.{', '[{"id":"A"}]')).rejects.toMatchObject({
      code: 'MAPPING-209',
      pointer: { line: 3 },
    });
  });
});
