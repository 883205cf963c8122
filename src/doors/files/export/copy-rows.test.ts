import { describe, expect, it } from 'vitest';
import { readCopyRows, type TextRow } from './copy-rows.js';

const TEXT = Buffer.from('1\ta\\tb\\nc\\\\d\\re\t\\N\n2\t\t\\\\N\n3\t\u00fc\u{1f642}\t\\b\\f\\v\n');
const ROWS = [
  ['1', 'a\tb\nc\\d\re', null],
  ['2', '', '\\N'],
  ['3', 'ü🙂', '\b\f\v'],
];

async function rowsOf(blocks: readonly Buffer[], columns: number): Promise<readonly TextRow[]> {
  async function* source() {
    yield* blocks;
  }
  const rows: TextRow[] = [];
  for await (const batch of readCopyRows(source(), columns)) rows.push(...batch);
  return rows;
}

describe('COPY text', () => {
  it('becomes rows, NULL, the empty text and the text \\N apart, wherever the blocks are cut', async () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      expect(
        await rowsOf(
          [TEXT.subarray(0, cut), TEXT.subarray(cut)].filter((block) => block.length > 0),
          3,
        ),
      ).toEqual(ROWS);
    }
    expect(
      await rowsOf(
        [...TEXT].map((byte) => Buffer.of(byte)),
        3,
      ),
    ).toEqual(ROWS);
  });

  it('has rows of one empty text, and of no column at all', async () => {
    expect(await rowsOf([Buffer.from('\n\\N\n')], 1)).toEqual([[''], [null]]);
    expect(await rowsOf([Buffer.from('\n\n')], 0)).toEqual([[], []]);
    expect(await rowsOf([], 1)).toEqual([]);
  });
});
