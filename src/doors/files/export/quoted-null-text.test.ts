import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteNullTexts } from './quoted-null-text.js';

const FULL = 8;
/** As PostgreSQL writes a cell, and as it is to be. */
const toPlain = (text: string) => (/[,"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const toQuoted = (text: string) => (text === '\\N' ? '"\\N"' : toPlain(text));
const toLine = (cells: readonly string[], write: (text: string) => string) =>
  `${cells.map(write).join(',')}\n`;

/** Rows together as long as they fit; one that is longer than a block is cut, and its rest begins the next. */
function toBlocks(lines: readonly string[]): readonly Buffer[] {
  const blocks: Buffer[] = [];
  let filled = '';
  for (const line of lines) {
    if (filled.length + line.length > FULL && filled !== '') {
      blocks.push(Buffer.from(filled));
      filled = '';
    }
    filled += line;
    for (; filled.length >= FULL; filled = filled.slice(FULL))
      blocks.push(Buffer.from(filled.slice(0, FULL)));
  }
  return filled === '' ? blocks : [...blocks, Buffer.from(filled)];
}

async function quoted(blocks: readonly Buffer[]): Promise<string> {
  const parts: Buffer[] = [];
  const stream = (async function* () {
    yield* blocks;
  })();
  for await (const part of quoteNullTexts(stream, ',', '"', FULL)) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('the text \\N', () => {
  it('is put in quotes where it is a whole cell, wherever the blocks end', async () => {
    const cell = fc.oneof(
      fc.constantFrom('\\N', '', 'N', '\\', '\\N\\N', ',\\N,', '\n\\N\n', '"\\N"', 'a\\N', '\\Nb'),
      fc
        .array(fc.constantFrom('\\', 'N', ',', '"', '\n', 'x'), { maxLength: 12 })
        .map((signs) => signs.join('')),
    );
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    const holds = fc.asyncProperty(rows, async (table) => {
      const blocks = toBlocks(table.map((cells) => toLine(cells, toPlain)));
      expect(await quoted(blocks)).toBe(table.map((cells) => toLine(cells, toQuoted)).join(''));
    });
    await fc.assert(holds, { seed: 20_261_128, numRuns: 3_000 });
  });
});
