// A file gives the same rows, lines, problems and batches wherever its bytes happen to be cut.
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { inChunks, readTable } from './read-table.js';

const FILES: readonly (readonly [string, string | Buffer, FormatOptions])[] = [
  ['CRLF and quotes with line breaks', 'a,b\r\n1,"x\r\ny"\r\n2,"q""q"\r\n', {}],
  ['all line ends mixed', 'a,b\n1,2\r3,4\r\n5,6\r\r\n\n7,8', {}],
  ['letters of several bytes and a mark', Buffer.from('\ufeffä,漢\n🦆,"é""🦆"\n'), {}],
  ['ragged rows', 'a,b,c\n1\n1,2,3,4\n1,2,3,,,\n\n1,2,3\n', {}],
  ['text after a closing quote', 'a,b\n1,"x"y,2\n3,"z\nw"v\n4,5\n6,7\n', {}],
  ['a quote never closed', 'a,b\n1,"open\n2,x\n3,y\n', {}],
  ['a delimiter of several bytes', 'a||b\n1|||2\n"x||y"||3\n|||4\n', { delimiter: '||' }],
  ['a row end of its own', 'a+|b&|\r\n1+|two\nlines&|\r\n3+|&4&|\r\n', { delimiter: '+|', rowEnd: '&|' }],
  ['escapes by backslash', 'a,b\n"x\\"y",\\,z\n"\\\\",\\N\n', { escape: '\\', nullSpellings: ['\\N'] }],
  ['comments and lines to pass over', 'title\r\n#c\na,b\n#d\r\n1,2\n#', { comment: '#', skipLines: 1 }],
  [
    'invalid bytes and NULs',
    Buffer.from([97, 44, 98, 10, 49, 44, 0xe9, 10, 50, 44, 0, 10, 51, 44, 52, 10]),
    { encoding: 'utf-8' },
  ],
  ['blanks around quotes', 'a, b\n 1 , "x , y" \n', { trim: true }],
  ['UTF-16', Buffer.from('\ufeffa,b\n1,"ä\n🦆"\n', 'utf16le'), {}],
];

describe('every way to cut a file', () => {
  it.each(FILES)('%s', async (_, text, options) => {
    const bytes = Buffer.from(text);
    const whole = await readTable('csv', bytes, options, 2);
    expect(whole.rows.length).toBeGreaterThan(0);
    for (let at = 1; at < bytes.length; at++) {
      async function* twoParts() {
        yield Buffer.from(bytes.subarray(0, at));
        yield Buffer.from(bytes.subarray(at));
      }
      expect(await readTable('csv', twoParts(), options, 2), `cut at ${at}`).toEqual(whole);
    }
    expect(await readTable('csv', inChunks(bytes, 1), options, 2), 'byte by byte').toEqual(whole);
  });
});

describe('slabs', () => {
  // Chunks fill slabs of 64 kB and more; only files longer than that turn from one slab to the next.
  it('give the same table for any chunking of a long file, batches included', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) =>
      i % 97 === 0 ? `${i},"quoted ""${i}""\r\nsecond line",` : `${i},plain ${'x'.repeat(i % 60)},${i * 3}`,
    );
    const bytes = Buffer.from(`id,text,number\n${lines.join('\n')}\n`);
    const expected = await readTable('csv', inChunks(bytes, bytes.length));
    expect(expected.rows).toHaveLength(40_000);
    expect(expected.batches.slice(0, -1).every((rows) => rows === 2000)).toBe(true);
    expect(expected.problems).toEqual([]);
    for (const size of [1000, 65_536, 262_144, 999_983]) {
      const table = await readTable('csv', inChunks(bytes, size));
      expect(table.batches).toEqual(expected.batches);
      expect(table.lines).toEqual(expected.lines);
      expect(table.rows.every((row, i) => row.every((cell, k) => cell === expected.rows[i]![k]))).toBe(true);
    }
  });
});
