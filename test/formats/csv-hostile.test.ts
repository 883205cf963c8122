// Delimited files that are wrong on purpose or by accident: what they cost, and where reading goes on.
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/engine/formats/csv/csv-reader.js';
import { detectFormat } from '../../src/engine/formats/index.js';
import { collect, detectAndRead, inChunks, readTable } from './read-table.js';

describe('broken quotes', () => {
  it('never swallow the rest of a long file: reading goes on with the next line', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => (i === 10 ? `${i},"open` : `${i},x${i}`));
    const table = await readTable('csv', Buffer.from(`id,name\n${rows.join('\n')}\n`));
    expect(table.rows).toHaveLength(50_000);
    expect(table.problems).toMatchObject([{ record: 11, line: 12, code: 'FORMATS-204' }]);
    expect(table.problems[0]!.message).toContain('line 12');
    expect(table.rows.at(-1)).toEqual(['49999', 'x49999']);
    expect(table.lines.at(-1)).toBe(50_001);
  });

  it('cost their own row when the text after the quote tells it at once', async () => {
    const table = await readTable('csv', Buffer.from('a,b\n"say "hi" now",1\n2,"fine"\n'));
    expect(table.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-203' }]);
    expect(table.rows).toEqual([
      ['"say "hi" now"', '1'],
      ['2', 'fine'],
    ]);
  });

  it('found out lines later leave the lines in between whole', async () => {
    const table = await readTable('csv', Buffer.from('a,b\n1,"open\n2,"closed"\n3,plain\n'));
    expect(table.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-203' }]);
    expect(table.rows.slice(1)).toEqual([
      ['2', 'closed'],
      ['3', 'plain'],
    ]);
  });

  it('make a following row with a stray quote suspect, which may be the rest of the broken one', async () => {
    const table = await readTable('csv', Buffer.from('a,b\n1,"first "x" line\nrest",2\n3,4\n'));
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual([
      [1, 'FORMATS-203'],
      [2, 'FORMATS-208'],
    ]);
  });

  it('leave a stray quote in an unquoted cell alone', async () => {
    const table = await readTable('csv', Buffer.from('a,b\n5" pipe,6\' rod\n'));
    expect([table.rows, table.problems]).toEqual([[['5" pipe', "6' rod"]], []]);
  });
});

describe('limits', () => {
  const read = (text: string, limits: { maxCellBytes?: number; maxRowBytes?: number }) =>
    collect(readCsv({ bytes: inChunks(Buffer.from(text), 1000), options: {} }, limits));

  it('report a cell that is too long, and go on', async () => {
    const table = await read(`a,b\n${'x'.repeat(500)},1\n2,3\n`, { maxCellBytes: 100 });
    expect(table.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-207' }]);
    expect(table.rows[1]).toEqual(['2', '3']);
  });

  it('take a quote that stays open beyond them as never closed', async () => {
    const rest = Array.from({ length: 20_000 }, (_, i) => `${i},y`).join('\n');
    const table = await read(`a,b\n1,"open\n${rest}\n3,"closed"\n`, { maxCellBytes: 5000 });
    expect(table.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-204' }]);
    expect(table.rows).toHaveLength(20_002);
    expect(table.rows.at(-1)).toEqual(['3', 'closed']);
  });

  it('refuse a row that never ends, by its line', async () => {
    const text = `a,b\n1,2\n${'x,'.repeat(400_000)}`;
    await expect(read(text, { maxRowBytes: 100_000 })).rejects.toMatchObject({
      code: 'FORMATS-109',
      pointer: { line: 3 },
    });
  });

  it('refuse a header of more than 10,000 columns', async () => {
    await expect(read(`${'c,'.repeat(10_001)}c\n1\n`, {})).rejects.toMatchObject({ code: 'FORMATS-110' });
  });
});

describe('rows', () => {
  it('name what is too much, and keep what is there', async () => {
    const table = await readTable('csv', Buffer.from('a,b\n1,2,three,,four\n1,2,,,\n1\n'));
    expect(table.problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'FORMATS-202'],
      [4, 'FORMATS-201'],
    ]);
    expect(table.problems[0]!.message).toContain('"three", "four"');
    const padded = await readTable('csv', Buffer.from('a,b\n1\n'), { ragged: 'pad' });
    expect([padded.rows, padded.problems]).toEqual([[['1', '<empty>']], []]);
  });

  it('with invalid bytes are reported alone, by column, and their cells are valid text', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,näme\n1,ok\n2,x'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('y\n3,ä\n'),
    ]);
    const table = await readTable('csv', bytes, { encoding: 'utf-8' });
    expect(table.problems).toMatchObject([{ record: 2, line: 3, code: 'FORMATS-205' }]);
    expect(table.problems[0]!.message).toMatch(/näme.*E9 FF/);
    expect(table.rows).toEqual([
      ['1', 'ok'],
      ['2', 'x??y'],
      ['3', 'ä'],
    ]);
  });
});

describe('whole files that cannot be read', () => {
  const utf16 = Buffer.from('\ufeffa,b\n1,ä\n', 'utf16le');
  it.each<[string, Buffer, string]>([
    ['a PDF', Buffer.from('%PDF-1.4\n…'), 'FORMATS-102'],
    ['an XLSX', Buffer.from('PK\u0003\u0004 [Content_Types].xml xl/workbook.xml'), 'FORMATS-102'],
    [
      'an ODS',
      Buffer.from('PK\u0003\u0004 mimetypeapplication/vnd.oasis.opendocument.spreadsheet'),
      'FORMATS-102',
    ],
    ['a DOC', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 'FORMATS-102'],
    [
      'noise',
      Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255)),
      'FORMATS-103',
    ],
  ])('%s is refused when it is looked at', async (_, bytes, code) => {
    expect(() => detectFormat(bytes, { whole: true })).toThrow(expect.objectContaining({ code }));
  });

  it('UTF-16 that ends in the middle of a character is refused', async () => {
    await expect(detectAndRead(utf16.subarray(0, -1), 'x.csv')).rejects.toMatchObject({
      code: 'FORMATS-105',
    });
  });

  it('a setting that cannot be meant is refused by name', async () => {
    await expect(readTable('csv', Buffer.from('a'), { quote: '""' })).rejects.toMatchObject({
      code: 'FORMATS-108',
    });
    await expect(readTable('csv', Buffer.from('a'), { delimiter: '"' })).rejects.toMatchObject({
      code: 'FORMATS-108',
    });
    await expect(readTable('csv', Buffer.from('a'), { encoding: 'klingon' })).rejects.toMatchObject({
      code: 'FORMATS-104',
    });
  });
});
