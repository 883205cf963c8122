// Random tables of every type go out as a workbook and come back with every value as it was.
import { describe, expect, it } from 'vitest';
import type { ValueType } from '../../src/engine/formats/table-format.js';
import { xlsxFormat } from '../../src/engine/formats/xlsx/xlsx-format.js';
import { createXlsxWriter } from '../../src/engine/formats/xlsx/xlsx-writer.js';
import { Cell, cellText } from '../../src/foundation/cells/cell-batch.js';
import { toSourceFile } from './read-table.js';
import { createRandom, type SeededRandom } from './seeded-random.js';

const PIECES = [
  'a',
  '"',
  "'",
  '\n',
  '\r',
  '\t',
  ' ',
  '&lt;',
  '<b>',
  ']]>',
  '_x0041_',
  '_',
  '\u0001',
  '\u001f',
  '🦆',
  '漢',
  '=1+1',
  '\ufffe',
  '-',
  '0',
  '1e5',
  '\\',
];

function toValue(type: ValueType, random: SeededRandom): string | null {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = () =>
    `${two(1900 + random.below(3000)).padStart(4, '0')}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;
  const clock = () =>
    `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}${random.pick(['', '', '.5', '.123', '.000001'])}`;
  if (random.below(6) === 0) return null;
  switch (type) {
    case 'int4':
      return String(random.below(2 ** 32) - 2 ** 31);
    case 'int8':
      return `${random.pick(['', '-'])}${1 + random.below(9)}${'0123456789'.repeat(2).slice(0, random.below(18))}`;
    case 'numeric':
      return random.pick([
        `${random.below(1e9)}.${1 + random.below(9)}`,
        `0.${'0'.repeat(random.below(20))}${1 + random.below(9)}`,
        'NaN',
        `${'9'.repeat(1 + random.below(40))}`,
      ]);
    case 'float8':
      return random.pick([
        String((random.next() - 0.5) * 10 ** random.below(15)),
        String(random.next()),
        'Infinity',
        '1e+100',
      ]);
    case 'boolean':
      return random.pick(['t', 'f']);
    case 'date':
      return random.pick([day(), day(), 'infinity', '0044-03-15 BC']);
    case 'time':
      return clock();
    case 'timestamp':
      return `${day()} ${clock()}`;
    case 'timestamptz':
      return `${day()} ${clock()}${random.pick(['+00', '+00', '+02'])}`;
    default:
      return Array.from({ length: random.below(8) }, () => random.pick(PIECES)).join('');
  }
}

/** How the reader says what PostgreSQL reads as the same value. */
function toRead(text: string | null, type: ValueType): string | null {
  if (text === null) return null;
  if (type === 'boolean') return text === 't' ? 'true' : 'false';
  if (type === 'timestamptz' && /^\d{4}-[^.]*(\.\d{1,3})?\+00$/.test(text) && text >= '1900-03-01')
    return text.slice(0, -3);
  return text;
}

const TYPES: readonly ValueType[] = [
  'text',
  'int4',
  'int8',
  'numeric',
  'float8',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
];

describe('random tables as workbooks', () => {
  it.each([1, 2, 3, 4, 5])('come back value by value (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const types = Array.from({ length: 1 + random.below(12) }, () => random.pick(TYPES));
    const columns = types.map((type, i) => `${type} ${i}`);
    // A row in which all is NULL is none; the number keeps it.
    const rows = Array.from({ length: 300 }, (_, i) => [
      String(i),
      ...types.map((type) => toValue(type, random)),
    ]);
    const options = { sheetRows: 2 + random.below(200), header: true };
    const writer = createXlsxWriter({ columns: ['n', ...columns], types: ['int4', ...types], options });
    const parts = [
      await writer.begin(),
      await writer.rows(rows.slice(0, 7)),
      await writer.rows(rows.slice(7)),
      await writer.end(),
    ];
    const file = toSourceFile(Buffer.concat(parts as Buffer[]));
    const detection = { format: 'xlsx', confidence: 1, options: {}, says: [] };
    const { options: found } = await xlsxFormat.inspect!(file, detection, { given: { header: true } });
    const back: (string | null)[][] = [];
    for await (const batch of xlsxFormat.read({
      bytes: (async function* () {})(),
      file,
      options: found,
      batchRows: 1 + random.below(50),
    })) {
      expect(batch.problems).toEqual([]);
      for (let r = 0; r < batch.rows; r++)
        back.push(
          batch.columns.map((_, c) =>
            batch.kind[r * batch.columns.length + c] === Cell.text ? cellText(batch, r, c) : null,
          ),
        );
    }
    const wanted = rows.map((row) => row.map((text, c) => (c === 0 ? text : toRead(text, types[c - 1]!))));
    for (const [i, row] of wanted.entries())
      for (const [c, text] of row.entries()) {
        const type = c === 0 ? 'int4' : types[c - 1]!;
        const same =
          type === 'numeric' || type === 'float8'
            ? toNumber(back[i]?.[c]) === toNumber(text)
            : back[i]?.[c] === text;
        expect(
          same,
          `row ${i}, ${type}: ${JSON.stringify(text)} came back as ${JSON.stringify(back[i]?.[c])}`,
        ).toBe(true);
      }
    expect(back.length).toBe(rows.length);
  });
});

/** Numbers are compared as such, long ones digit by digit: they travel as text. */
function toNumber(text: string | null | undefined): string | null | undefined {
  if (text === null || text === undefined || /^\d{16,}$/.test(text)) return text;
  return String(Number(text));
}
