// Writing delimited text and failed rows: what comes out, and that it comes back.
import { describe, expect, it } from 'vitest';
import {
  createFailedRowsWriter,
  ERROR_COLUMNS,
  toFailedCells,
} from '../../src/engine/formats/failed-rows.js';
import { readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { Cell } from '../../src/foundation/cells/cell-batch.js';
import { ABSENT, detectAndRead, EMPTY, inChunks, NULL, readTable } from './read-table.js';

type Row = readonly (string | null)[];

function write(
  format: string,
  columns: readonly string[],
  rows: readonly Row[],
  options: FormatOptions = {},
): string {
  const writer = readFormat(format).createWriter({ columns, options });
  return `${writer.begin()}${writer.rows(rows)}${writer.end()}`;
}

describe('CSV', () => {
  it('quotes only where needed; NULL is nothing, the empty text is ""', () => {
    const text = write(
      'csv',
      ['id', 'a,b'],
      [
        ['1', null],
        ['2', ''],
        ['3', 'x"y'],
        ['4', 'two\nlines'],
        ['5', ' x'],
      ],
    );
    expect(text).toBe('id,"a,b"\n1,\n2,""\n3,"x""y"\n4,"two\nlines"\n5," x"\n');
  });

  it('takes delimiter, line end, mark and header as set', () => {
    expect(write('csv', ['a', 'b'], [['1', 'x;y']], { delimiter: ';', lineEnd: 'crlf', bom: true })).toBe(
      '\ufeffa;b\r\n1;"x;y"\r\n',
    );
    expect(write('csv', ['a', 'b'], [['1', '2']], { delimiter: '||', header: false })).toBe('1||2\n');
  });

  it('writes the encoding that is set, and comes back from it', async () => {
    const rows = [
      ['1', 'Café für 5 €'],
      ['2', null],
      ['3', ''],
    ];
    for (const encoding of [
      'windows-1252',
      'iso-8859-15',
      'utf-16le',
      'UTF-16BE',
      'utf-16',
      'utf-32',
      'utf-8',
    ]) {
      const writer = readFormat('csv').createWriter({ columns: ['id', 'text'], options: { encoding } });
      const parts = [await writer.begin(), await writer.rows(rows), await writer.end()];
      const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
      const table = await readTable('csv', inChunks(bytes, 7), { encoding });
      expect(table.columns, encoding).toEqual(['id', 'text']);
      expect(table.rows, encoding).toEqual([
        ['1', 'Café für 5 €'],
        ['2', EMPTY],
        ['3', ''],
      ]);
    }
  });

  it('refuses what the encoding has no sign for, instead of losing it', () => {
    const writer = readFormat('csv').createWriter({
      columns: ['text'],
      options: { encoding: 'windows-1252' },
    });
    expect(() => writer.rows([['Owl 🦉 lamp']])).toThrow(
      expect.objectContaining({ code: 'FORMATS-333', detail: expect.stringContaining('"🦉"') }),
    );
    expect(() =>
      readFormat('csv').createWriter({ columns: ['text'], options: { encoding: 'latin-99' } }),
    ).toThrow(expect.objectContaining({ code: 'FORMATS-104' }));
  });

  it('makes formulas harmless on request, and leaves numbers alone', () => {
    const cells = ['=1+1', '+x', '-x', '@x', '\tx', '-12.50', '+3', '-1e5', '-', 'a=b'];
    const text = write(
      'csv',
      ['v'],
      cells.map((cell) => [cell]),
      { formulaSafe: true, header: false },
    );
    expect(text.split('\n').slice(0, -1)).toEqual([
      "'=1+1",
      "'+x",
      "'-x",
      "'@x",
      "'\tx",
      '-12.50',
      '+3',
      '-1e5',
      "'-",
      'a=b',
    ]);
    expect(write('csv', ['v'], [['=1+1']], { header: false })).toBe('=1+1\n');
  });

  it('keeps a row of a single NULL a row', async () => {
    const text = write('csv', ['v'], [[null], ['x'], [null], ['']]);
    const table = await readTable('csv', Buffer.from(text));
    expect(table.rows).toEqual([[EMPTY], ['x'], [EMPTY], ['']]);
    expect(table.problems).toEqual([]);
  });
});

describe('JSON', () => {
  const columns = ['id', 'brand.name', 'brand.at.city', 'ok', 'data', 'id.x'];
  const row: Row = ['12345678901234567890', 'A"b', null, 't', '{"x": [1,\n 2]}', 'y'];
  const options = { jsonColumns: ['id', 'ok', 'data'] };
  const record =
    '{"id":12345678901234567890,"brand":{"name":"A\\"b","at":{"city":null}},"ok":true,"data":{"x": [1,  2]},"id.x":"y"}';

  it('nests dotted columns and writes numbers, booleans and JSON bare', () => {
    expect(write('ndjson', columns, [row, row], options)).toBe(`${record}\n${record}\n`);
    expect(write('json', columns, [row, row], options)).toBe(`[\n${record},\n${record}\n]\n`);
    expect(write('json', columns, [], options)).toBe('[]\n');
  });

  it('writes what JSON has no number for as a text', () => {
    expect(write('ndjson', ['n'], [['NaN'], ['-Infinity'], ['1e-7'], ['f']], { jsonColumns: ['n'] })).toBe(
      '{"n":"NaN"}\n{"n":"-Infinity"}\n{"n":1e-7}\n{"n":false}\n',
    );
  });
});

describe('the file of failed rows', () => {
  const failed = async (format: string, source: string, options: FormatOptions) => {
    let text = '';
    let writer: ReturnType<typeof createFailedRowsWriter> | undefined;
    for await (const batch of readFormat(format).read({
      bytes: inChunks(Buffer.from(source), 64),
      options,
    })) {
      writer ??= createFailedRowsWriter({ format, options, columns: batch.columns });
      if (text === '') text = String(await writer.begin());
      for (let row = 0; row < batch.rows; row++) {
        const errors = ['brand "X" is unknown', 'price: not a number;\nreally'];
        text += String(
          await writer.rows([{ line: batch.lines[row]!, ...toFailedCells(batch, row), errors }]),
        );
      }
    }
    return text + String(await writer!.end());
  };

  it.each<[string, string, string, FormatOptions]>([
    ['semicolons and blanks', 'csv', 'a;b;c\n"x;y";;""\n1;\'2\';#3\n', { delimiter: ';', comment: '#' }],
    ['another quote', 'csv', "a|b\n'it''s'|'x|y'\nplain|z\n", { delimiter: '|', quote: "'" }],
    [
      'backslash escapes and NULLs',
      'csv',
      'a,b\n"x\\"y",\\N\n\\N,"\\\\"\n',
      { escape: '\\', nullSpellings: ['\\N'] },
    ],
    ['row ends of its own', 'csv', 'a+|b&|\nx\ny+|2&|\n', { delimiter: '+|', rowEnd: '&|' }],
    ['JSON', 'json', '[{"a":"x","b":{"c":1.10,"d":null}},{"a":[1,2]}]', {}],
    ['NDJSON', 'ndjson', '{"a":"1","b":1}\n{"b":{"c":true}}\n', {}],
  ])(
    'has the same cells in the same dialect, with the errors beside them: %s',
    async (_, format, source, options) => {
      const before = await readTable(format, Buffer.from(source), options);
      const text = await failed(format, source, options);
      const after = await readTable(format, Buffer.from(text), options);
      const width = before.columns.length;
      const places = before.columns.map((name) => after.columns.indexOf(name));
      expect(after.rows.map((row) => places.map((place) => row[place]))).toEqual(before.rows);
      expect(after.columns).toEqual(expect.arrayContaining([...ERROR_COLUMNS]));
      expect(after.columns).toHaveLength(width + 2);
      const lineColumn = after.columns.indexOf(ERROR_COLUMNS[0]);
      expect(after.rows.map((row) => row[lineColumn]!.replace('json:', ''))).toEqual(
        before.lines.map(String),
      );
      expect(after.rows[0]![after.columns.indexOf(ERROR_COLUMNS[1])]).toContain('price: not a number');
      expect(after.problems).toEqual([]);
    },
  );

  it('replaces the errors of an earlier round', async () => {
    const columns = ['a', ...ERROR_COLUMNS];
    const writer = createFailedRowsWriter({ format: 'csv', options: {}, columns });
    const text = [
      await writer.begin(),
      await writer.rows([{ line: 7, cells: ['x', '3', 'old'], errors: ['new'] }]),
    ];
    expect(text.join('')).toBe('a,dovetail_error_line,dovetail_errors\nx,7,new\n');
  });

  it('takes kinds as they are in a batch', async () => {
    const writer = createFailedRowsWriter({
      format: 'csv',
      options: { nullSpellings: ['NULL'] },
      columns: ['a', 'b', 'c'],
    });
    const kinds = [Cell.null, Cell.empty, Cell.text];
    const text = [
      await writer.begin(),
      await writer.rows([{ line: 2, cells: [null, null, 'NULL'], kinds, errors: ['e'] }]),
    ];
    const table = await readTable('csv', Buffer.from(text.join('')), { nullSpellings: ['NULL'] });
    expect(table.rows[0]!.slice(0, 3)).toEqual([NULL, EMPTY, 'NULL']);
    expect(table.rows[0]).not.toContain(ABSENT);
  });

  it('is recognised when it is read again', async () => {
    const table = await detectAndRead(
      Buffer.from(await failed('csv', 'a;b\n1;x\n2;y\n', { delimiter: ';' })),
      'x.csv',
    );
    expect(table.columns).toEqual(['a', 'b', ...ERROR_COLUMNS]);
  });
});
