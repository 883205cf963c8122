// What is guessed from the beginning of a delimited file, and that settings given win.
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { detectAndRead, EMPTY, NULL, readTable } from './read-table.js';

const detect = (text: string | Buffer, given: FormatOptions = {}) =>
  detectFormat(Buffer.from(text), { name: 'x.csv', whole: true, given });

describe('the delimiter', () => {
  it.each([
    ['a,b,c\n1,2,3\n', ','],
    ['a;b;c\n1,5;2,5;3,5\n', ';'],
    ['a\tb\n1\tx,y\n', '\t'],
    ['a|b|c\n1|2|3\n', '|'],
    ['a||b||c\n1||||3\n', '||'],
    ['1+|x\n2+|y\n', '+|'],
    ['a^b\n1^2\n', '^'],
    ['a~b\n1~2\n', '~'],
    ['a:b\nx:y\n', ':'],
    ['a,t\n1,12:30:00\n2,13:30:00\n', ','],
    ['a;b\n"x;y;z";1\n', ';'],
    ['name,note\nx,a|b\ny,c|d\n', ','],
  ])('of %j is %j', (text, delimiter) => expect(detect(text).options['delimiter']).toBe(delimiter));

  it('is none for a single column, times and decimal numbers among them', () => {
    for (const text of ['a\nx\ny\n', 't\n12:30:00\n13:00:00\n']) {
      expect(detect(text).says[0]).toBe('a single column, no delimiter found');
    }
  });
});

describe('the header', () => {
  it.each<[string, boolean, number]>([
    ['id,name\n1,x\n', true, 0],
    ['1,x\n2,y\n', false, 0],
    ['name,city\nx,y\n', true, 0],
    ['a,b\nx,y\na,z\n', false, 0],
    ['Report of May\n\nid,price\n1,2.50\n2,3.50\n', true, 2],
    ['Report of May\n\nname,city\nx,y\nz,w\nTotal: 2 rows\n', true, 2],
    ['Report of May\nname,city\nx,y\nz,w\n', true, 0],
    ['Report of May\n\nname,city\nx\nz,w\nv,u\n', true, 0],
    ['2024-01-01,5\n2024-01-02,6\n', false, 0],
    ['code,2023,2024\nx,1,2\n', false, 0],
  ])('of %j: %s, %i lines above it', (text, header, skipLines) => {
    expect(detect(text).options).toMatchObject({ header, skipLines });
  });

  it('with empty and repeated names gets stable ones, and says so', async () => {
    const table = await detectAndRead(Buffer.from('id,name,,name,name_2\n1,a,b,c,d\n'), 'x.csv');
    expect(table.columns).toEqual(['id', 'name', 'column3', 'name_3', 'name_2']);
    expect(table.says.join()).toContain('became column3, name_3');
  });

  it('without a name at its end over filled cells names them; over nothing it drops them', async () => {
    expect((await detectAndRead(Buffer.from('id,n,\n1,a,x\n'), 'x.csv')).columns).toEqual([
      'id',
      'n',
      'column3',
    ]);
    const dropped = await detectAndRead(Buffer.from('id,n,\n1,a,\n2,b\n'), 'x.csv');
    expect([dropped.columns, dropped.problems]).toEqual([['id', 'n'], []]);
  });

  it('may be the number of a line', async () => {
    expect((await readTable('csv', Buffer.from('x\ny\na,b\n1,2\n'), { header: 3 })).columns).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('encodings', () => {
  const text = 'name,city\nJosé,Köln\nZoë,Łódź\n';
  it.each([
    ['utf-8', Buffer.from(text), 'UTF-8'],
    ['utf-8 with mark', Buffer.from(`\ufeff${text}`), 'UTF-8 with byte-order mark'],
    ['utf-16le with mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'UTF-16 LE with byte-order mark'],
    ['utf-16le', Buffer.from(text, 'utf16le'), 'UTF-16LE without byte-order mark, by its NUL bytes'],
    [
      'utf-16be with mark',
      iconv.encode(text, 'utf-16be', { addBOM: true }),
      'UTF-16 BE with byte-order mark',
    ],
    ['utf-16be', iconv.encode(text, 'utf-16be'), 'UTF-16BE without byte-order mark, by its NUL bytes'],
    [
      'utf-32le with mark',
      iconv.encode(text, 'utf-32le', { addBOM: true }),
      'UTF-32 LE with byte-order mark',
    ],
    ['utf-32be', iconv.encode(text, 'utf-32be', { addBOM: true }), 'UTF-32 BE with byte-order mark'],
  ])('%s', async (_, bytes, says) => {
    const table = await detectAndRead(bytes, 'x.csv');
    expect(table.says).toContain(says);
    expect(table.rows).toEqual([
      ['José', 'Köln'],
      ['Zoë', 'Łódź'],
    ]);
  });

  it('Windows-1252 is a guess that says so; another one can be set', async () => {
    const bytes = iconv.encode('name,price\nJosé,5 €\n', 'windows-1252');
    const table = await detectAndRead(bytes, 'x.csv');
    expect([table.rows, table.says.join()]).toEqual([[['José', '5 €']], expect.stringContaining('guess')]);
    const cyrillic = iconv.encode('имя,город\nИван,Москва\n', 'windows-1251');
    const { options } = detectFormat(cyrillic, { whole: true, given: { encoding: 'windows-1251' } });
    expect((await readTable('csv', cyrillic, options)).rows).toEqual([['Иван', 'Москва']]);
  });
});

describe('NULL and the empty text', () => {
  it('are told apart by quotes, except where the file quotes everything', async () => {
    expect((await detectAndRead(Buffer.from('a,b\nx,\ny,""\n'), 'x.csv')).rows).toEqual([
      ['x', EMPTY],
      ['y', ''],
    ]);
    expect((await detectAndRead(Buffer.from('"a","b"\n"x",""\n'), 'x.csv')).rows).toEqual([['x', EMPTY]]);
  });

  it('\\N is NULL where the file has it; other spellings can be set; in quotes it is text', async () => {
    expect(
      (await detectAndRead(Buffer.from('a,b\n1,\\N\n2,"\\N"\n'), 'x.csv')).rows.map((row) => row[1]),
    ).toEqual([NULL, '\\N']);
    const table = await readTable('csv', Buffer.from('a\nNULL\n"NULL"\nn/a\n'), {
      nullSpellings: ['NULL', 'n/a'],
    });
    expect(table.rows).toEqual([[NULL], ['NULL'], [NULL]]);
  });
});

describe('settings given', () => {
  it('win over what would be guessed', () => {
    const given = {
      delimiter: ';',
      header: false,
      quote: "'",
      encoding: 'iso-8859-1',
      trim: true,
      ragged: 'pad',
      skipLines: 1,
    };
    expect(detect('a,b\n1,2\n', given).options).toMatchObject(given);
  });
});
