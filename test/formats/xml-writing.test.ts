// Writing XML and its file of failed rows: what comes out, and that it comes back.
import { describe, expect, it } from 'vitest';
import { createFailedRowsWriter, toFailedCells } from '../../src/engine/formats/failed-rows.js';
import { detectFormat, readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { detectAndRead, inChunks, NULL, readTable } from './read-table.js';
import { createRandom } from './seeded-random.js';

type Row = readonly (string | null)[];

async function write(columns: readonly string[], rows: readonly Row[], options: FormatOptions = {}) {
  const writer = readFormat('xml').createWriter({ columns, options });
  return `${await writer.begin()}${await writer.rows(rows)}${await writer.end()}`;
}

const shown = (rows: readonly Row[]) => rows.map((row) => row.map((cell) => cell ?? NULL));

describe('XML that is written', () => {
  it('nests dotted columns, makes attributes of those with @, and tells NULL from the empty text', async () => {
    const text = await write(
      ['@id', 'name', 'price.@currency', 'price', 'brand.name', 'brand.country'],
      [['1', 'A & B <c>', 'EUR', '1.50', null, '']],
      { path: 'shop/products/product' },
    );
    expect(text.split('\n').slice(2)).toEqual([
      '<shop xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><products>',
      '<product id="1"><name>A &amp; B &lt;c&gt;</name><price currency="EUR">1.50</price><brand><name xsi:nil="true"/><country/></brand></product>',
      '</products></shop>',
      '',
    ]);
  });

  it('leaves NULL out if asked to', async () => {
    expect(await write(['a', 'b.c'], [['1', null]], { nulls: 'omit' })).toContain(
      '<record><a>1</a></record>',
    );
  });

  it('comes back whatever the names and texts', async () => {
    const random = createRandom(20260);
    const pieces = [
      'a',
      'B',
      '_',
      '.',
      '@',
      ':',
      ' ',
      '#text',
      '-',
      '1',
      'é',
      '漢',
      '🦆',
      '_x0041_',
      '_x',
      'xml',
      '<',
      '&',
      '"',
      '\n',
    ];
    const texts = [
      '',
      ' ',
      'x',
      '\r',
      '\n',
      '\t',
      '&amp;',
      ']]>',
      '<b>',
      '_x000D_',
      '\u0001',
      '\u001f',
      '\ufffe',
      '\ufffd',
      '🦆',
      '"',
      "'",
      '_x005F_x',
      '  ',
    ];
    const pick = (from: readonly string[], most: number) =>
      Array.from({ length: 1 + random.below(most) }, () => from[random.below(from.length)]!).join('');
    for (let round = 0; round < 150; round++) {
      const columns = [...new Set(['id', ...Array.from({ length: 6 }, () => pick(pieces, 4))])].filter(
        // Attributes can't be NULL, so they are tried above.
        (name) => !/(^|\.)@./.test(name) && name !== '#text',
      );
      const rows = Array.from({ length: 3 }, (_, i) =>
        columns.map((name) => (name === 'id' ? String(i) : random.below(4) === 0 ? null : pick(texts, 3))),
      );
      const text = await write(columns, rows);
      const table = await detectAndRead(Buffer.from(text), 'x.xml');
      const places = columns.map((name) => table.columns.indexOf(name));
      expect(places, `${JSON.stringify(columns)} ${text}`).not.toContain(-1);
      expect(table.rows.map((row) => places.map((place) => row[place]))).toEqual(shown(rows));
      expect(table.problems).toEqual([]);
    }
  });

  it('may do without escapes, and then names the row and column that has to be mended', async () => {
    const rows = [['fine'], ['a\u0001b']];
    await expect(write(['note'], rows, { escapes: false })).rejects.toMatchObject({
      code: 'FORMATS-331',
      pointer: { row: 2, column: 'note' },
    });
    expect(await write(['note'], [['_x0041_']], { escapes: false })).toContain('<note>_x0041_</note>');
  });

  it('leaves what looks like an escape alone in files of others', async () => {
    const { rows } = await readTable('xml', Buffer.from('<r><a b="_x0041_"/></r>'));
    expect(rows).toEqual([['_x0041_']]);
  });

  it.each([{ path: 'a b/c' }, { path: '1/2' }, { nulls: 'maybe' }, { namespaces: ['x'] }])(
    'refuses the settings %j',
    async (options) => {
      await expect(write(['a'], [['1']], options)).rejects.toMatchObject({ code: 'FORMATS-108' });
    },
  );
});

describe('the failed rows of XML', () => {
  const source = `<?xml version="1.0" encoding="ISO-8859-1"?>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>t</title>
<item><title>A</title><wp:id>1</wp:id><price cur="EUR">-1</price><category n="x">a</category><category n="y">b</category></item>
<item><title/><wp:id>2</wp:id><category n="x">a</category><category>c</category></item>
<item><title>C</title></item>
</channel></rss>`;

  it('keep path, prefixes, attributes and lists, and read back as they were, with the errors beside', async () => {
    const bytes = Buffer.from(source);
    const { options } = detectFormat(bytes, { whole: true });
    const before = await readTable('xml', bytes, options);
    const batches = readFormat('xml').read({ bytes: inChunks(bytes, 100), options });
    let text = '';
    for await (const batch of batches) {
      const writer = createFailedRowsWriter({ format: 'xml', options, columns: batch.columns });
      const rows = [0, 1, 2].map((row) => ({
        ...toFailedCells(batch, row),
        line: batch.lines[row]!,
        errors: ['too <small>', 'twice'],
      }));
      text = `${await writer.begin()}${await writer.rows(rows)}${await writer.end()}`;
    }
    expect(text).toContain('xmlns:wp="http://wordpress.org/export/1.2/"');
    expect(text).toContain('<wp:id>1</wp:id><price cur="EUR">-1</price><category n="x">a</category>');
    expect(text).toContain('<dovetail_errors>too &lt;small&gt;; twice</dovetail_errors></item>');
    const after = await detectAndRead(Buffer.from(text), 'failed.xml');
    expect(after.says[1]).toBe('XML, records at rss/channel/item as the file says (3 in the file)');
    const places = before.columns.map((name) => after.columns.indexOf(name));
    expect(after.rows.map((row) => places.map((place) => row[place]))).toEqual(before.rows);
    expect(after.rows.map((row) => row[after.columns.indexOf('dovetail_error_line')])).toEqual([
      '3',
      '4',
      '5',
    ]);
  });
});
