// Where records lie in a JSON document: paths with *, fields carried down from around them, keys that are ids, lines
// before the document; and that all of it is found in documents of other people.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectFormat, readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { findSamples } from '../support/samples.js';
import { ABSENT, collect, detectAndRead, inChunks, NULL, readTable } from './read-table.js';

const read = (value: unknown, options: FormatOptions) =>
  readTable('json', Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), options);

const ORDERS = {
  shop: 'main',
  orders: [
    { id: 1, customer: { name: 'A' }, lines: [{ sku: 'x', qty: 2 }, { sku: 'y' }], late: true },
    { id: 'two', note: null, lines: [] },
    { id: 3, lines: [{ sku: 'é"', at: { row: 9 } }] },
  ],
};

describe('a path with *', () => {
  it('leads to the records of every place it fits', async () => {
    const table = await read(ORDERS, { path: 'orders.*.lines' });
    expect(table.columns).toEqual(['sku', 'qty', 'at.row']);
    expect(table.rows).toEqual([
      ['x', 'json:2', ABSENT],
      ['y', ABSENT, ABSENT],
      ['é"', ABSENT, 'json:9'],
    ]);
  });

  it('carries down what stands before, from any object around', async () => {
    const carry = ['^.id', '^.customer', '^.note', '^.late', '^.^.shop'];
    const table = await read(ORDERS, { path: 'orders.*.lines', carry });
    expect(table.columns.slice(0, 5)).toEqual(carry);
    expect(table.rows.map((row) => row.slice(0, 6))).toEqual([
      ['json:1', 'json:{"name":"A"}', ABSENT, ABSENT, 'main', 'x'],
      ['json:1', 'json:{"name":"A"}', ABSENT, ABSENT, 'main', 'y'],
      ['json:3', ABSENT, ABSENT, ABSENT, 'main', 'é"'],
    ]);
  });

  it('reads an object whose keys are ids', async () => {
    const value = { a1: { n: 1 }, b2: { n: 2, m: null } };
    expect((await read(value, { path: '*', carry: '^key' })).rows).toEqual([
      ['a1', 'json:1', ABSENT],
      ['b2', 'json:2', NULL],
    ]);
    expect(detectFormat(Buffer.from(JSON.stringify(value)), { whole: true }).options).toMatchObject({
      path: '*',
      carry: ['^key'],
    });
  });

  it.each([
    ['orders.*', 3],
    ['orders.lines', 3],
    ['*.*.lines', 3],
    ['*.lines', 3],
    ['orders.*.customer', 1],
  ])('%s finds %i', async (path, count) => {
    expect((await read(ORDERS, { path, carry: '^.none' })).rows.length).toBe(count);
  });

  it('that leads nowhere is refused, and so is a name nobody can mean', async () => {
    await expect(read(ORDERS, { path: 'order.*.lines' })).rejects.toMatchObject({ code: 'FORMATS-113' });
    for (const carry of ['id', '^id', '^.'])
      await expect(read(ORDERS, { carry })).rejects.toMatchObject({ code: 'FORMATS-108' });
  });

  it('reports what is no object, and goes on', async () => {
    const table = await read([{ l: [1, { a: 1 }] }, { l: [{ a: 2 }, null] }], { path: '*.l' });
    expect(table.rows.flat()).toEqual([ABSENT, 'json:1', 'json:2', ABSENT]);
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual([
      [1, 'FORMATS-212'],
      [4, 'FORMATS-212'],
    ]);
  });

  it.each([
    ['{"a":{"l":[{"x":1},{"x":2}]},"b":{"l":[{"x"', 2],
    ['{"a":{"l":[{"x":1}]} "b":1}', 1],
    ['{"a":{"l":[{"x":1},]}}', 1],
    ['{"a":{"l":[{"x":1}]}} 2', 1],
  ])('gives what was whole before the break in %s', async (text, whole) => {
    let rows = 0;
    const reading = (async () => {
      const bytes = inChunks(Buffer.from(text), 3);
      for await (const batch of readFormat('json').read({ bytes, options: { path: '*.l' } }))
        rows += batch.rows;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'FORMATS-112', pointer: { line: 1 } });
    expect(rows).toBe(whole);
  });

  it('reads the same in any chunking, in long documents too', async () => {
    const orders = Array.from({ length: 3000 }, (_, id) => ({
      id: `ü${id}`,
      skip: { lines: ['}', id] },
      lines: [{ n: id }, { n: -id, t: '\n"🦆' }],
    }));
    const text = JSON.stringify({ orders }, null, 1);
    const options = { path: 'orders.*.lines', carry: '^.id' };
    const whole = await read(text, options);
    expect(whole.rows.length).toBe(6000);
    expect(whole.rows[5999]).toEqual(['ü2999', 'json:-2999', '\n"🦆']);
    expect(whole.lines[0]).toBe(text.slice(0, text.indexOf('{\n     "n"')).split('\n').length);
    for (const size of [7, 1013]) {
      const batches = readFormat('json').read({ bytes: inChunks(Buffer.from(text), size), options });
      const table = await collect(batches);
      expect(table.rows).toEqual(whole.rows);
      expect(table.lines).toEqual(whole.lines);
    }
  });
});

describe('a JSON document', () => {
  it('may have lines before it: front matter, or as many as are set', async () => {
    const text = '---\nversion: 1\n---\n{"data":[\n{"a":1}]}';
    const table = await detectAndRead(Buffer.from(text), 'x.json');
    expect(table.rows).toEqual([['json:1']]);
    expect(table.lines).toEqual([5]);
    expect(table.says).toContain('3 lines before it passed over');
    expect((await read('junk\n[{"a":1}]', { skipLines: 1 })).lines).toEqual([2]);
  });

  it('may begin with a byte-order mark, and several may stand in a row', async () => {
    expect((await detectAndRead(Buffer.from('\ufeff{"a":1}\n{"a":2} {"a":3}'), 'x.json')).rows.length).toBe(
      3,
    );
  });

  it('says where else records lie', () => {
    const { options, says } = detectFormat(Buffer.from('{"meta":{"tags":[{"t":1}]},"data":[{"a":1}]}'), {
      whole: true,
    });
    expect(options['path']).toBe('data');
    expect(says).toContain('arrays of records as well: meta.tags; set path to read those');
  });
});

const samples = findSamples();

describe.skipIf(samples === undefined)('JSON of other people', () => {
  const open = (path: string) => readFileSync(join(samples!, path));

  it('has the sections of JSON:API, behind front matter, and the statements in it', async () => {
    const bytes = open('jsonapi/_format/1.1/normative-statements.json');
    const document = JSON.parse(bytes.toString().replace(/^---[\s\S]*?\n---\n/, '')) as {
      data: { id: string; attributes: Record<string, string> }[];
      included: object[];
    };
    const table = await detectAndRead(bytes, 'normative-statements.json');
    expect(table.rows.length).toBe(document.data.length);
    expect(table.columns.slice(0, 3)).toEqual(['id', 'type', 'attributes.title']);
    expect(table.rows.map((row) => row[2])).toEqual(document.data.map((each) => each.attributes['title']));
    const skipLines = Number(detectFormat(bytes, { whole: true }).options['skipLines']);
    const included = await readTable('json', bytes, { path: 'included', skipLines });
    expect(included.rows.length).toBe(document.included.length);
    expect(included.rows.length).toBeGreaterThan(150);
  });

  it('has one example object of each kind of Stripe, by its key', async () => {
    const bytes = open('providers/stripe/fixtures/fixtures3.json');
    const { resources } = JSON.parse(bytes.toString()) as { resources: Record<string, { id?: string }> };
    const table = await readTable('json', bytes, { path: 'resources.*', carry: '^key' });
    expect(table.rows.map(([key]) => key)).toEqual(Object.keys(resources));
    const id = table.columns.indexOf('id');
    expect(table.rows.map((row) => row[id])).toEqual(
      Object.values(resources).map((each) => ('id' in each ? each.id : ABSENT)),
    );
  });
});
