// Random tables in random dialects, read by our lexer and by csv-parse: both must see the same cells.
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { EMPTY, inChunks, readTable } from './read-table.js';
import { createRandom, type SeededRandom } from './seeded-random.js';

const ALPHABET = [
  'a',
  'B',
  '7',
  ' ',
  'é',
  '漢',
  '🦆',
  '"',
  "'",
  ',',
  ';',
  '\t',
  '|',
  '+',
  '\\',
  '\n',
  '\r\n',
  '""',
  '#',
  '-',
];

interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly lineEnd: string;
}

function randomDialect(random: SeededRandom): Dialect {
  return {
    delimiter: random.pick([',', ';', '\t', '|', '||', '+|', ':::']),
    quote: random.pick(['"', '"', "'"]),
    escape: random.pick(['', '', '\\']),
    lineEnd: random.pick(['\n', '\r\n', '\r']),
  };
}

function randomCell(random: SeededRandom): string {
  const length = random.pick([0, 1, 1, 2, 3, 5, 9, 40]);
  return Array.from({ length }, () => random.pick(ALPHABET)).join('');
}

/** Writes a cell as another program might: quoted when it must be, and at times when it need not. */
function writeCell(cell: string, dialect: Dialect, random: SeededRandom): string {
  const { delimiter, quote, escape: backslash } = dialect;
  const must =
    [quote, delimiter[0]!, '\n', '\r', '\\'].some((sign) => cell.includes(sign)) || cell !== cell.trim();
  if (cell === '' || (!must && random.next() < 0.7)) return cell;
  const own = backslash === '' ? quote : backslash;
  const inside = backslash === '' ? cell : cell.replaceAll(backslash, backslash + backslash);
  return quote + inside.replaceAll(quote, own + quote) + quote;
}

function randomFile(seed: number) {
  const random = createRandom(seed);
  const dialect = randomDialect(random);
  const width = 1 + random.below(6);
  const rows = Array.from({ length: random.below(30) }, () =>
    Array.from({ length: width }, () => randomCell(random)),
  )
    // A row of nothing but blanks is a blank line where there is one column.
    .map((row) => (row.every((cell) => cell === '') ? ['x', ...row.slice(1)] : row));
  const names = Array.from({ length: width }, (_, i) => `c${i}`);
  const body = [names, ...rows].map((row) =>
    row.map((cell) => writeCell(cell, dialect, random)).join(dialect.delimiter),
  );
  const text = body.join(dialect.lineEnd) + (random.next() < 0.5 ? dialect.lineEnd : '');
  return {
    dialect,
    names,
    rows,
    bytes: Buffer.from(text),
    chunk: 1 + random.below(200),
    batch: 1 + random.below(9),
  };
}

describe('csv-parse as the oracle', () => {
  it.each([1, 2, 3, 4])('agrees on 250 random files of seed %i', async (block) => {
    for (let n = 0; n < 250; n++) {
      const seed = block * 1_000_003 + n;
      const { dialect, rows, names, bytes, chunk, batch } = randomFile(seed);
      const { lineEnd, ...signs } = dialect;
      const table = await readTable('csv', inChunks(bytes, chunk), { ...signs }, batch);
      const ours = table.rows.map((row) => row.map((cell) => (cell === EMPTY ? '' : cell)));
      const theirs = parse(bytes, {
        delimiter: dialect.delimiter,
        quote: dialect.quote,
        escape: dialect.escape || dialect.quote,
        record_delimiter: lineEnd,
      }) as string[][];
      expect(ours, `seed ${seed}`).toEqual(theirs.slice(1));
      expect(ours, `seed ${seed}`).toEqual(rows);
      expect(table.problems, `seed ${seed}`).toEqual([]);
      if (rows.length > 0) expect(table.columns).toEqual(names);
    }
  });
});
