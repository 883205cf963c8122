// JSON.parse as the oracle: random records, whole and damaged, are taken or refused alike, with the same values.
import { describe, expect, it } from 'vitest';
import { JsonScanner } from '../../src/engine/formats/json/json-scanner.js';
import { ABSENT, NULL, readTable } from './read-table.js';
import { createRandom, type SeededRandom } from './seeded-random.js';

const TEXTS = ['', 'x', 'é', '漢🦆', '"', '\\', '/', '\n', '\u0001', '\u2028', 'a b', '{', '[', ',', 'true'];
const SIGNS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.',
  'e',
  'u',
  't',
  ' ',
  '\n',
  '\u0001',
  'é',
];

function randomText(random: SeededRandom): string {
  return Array.from({ length: random.below(4) }, () => random.pick(TEXTS)).join('');
}

function randomValue(random: SeededRandom, depth: number): unknown {
  const kind = random.below(depth > 3 ? 4 : 6);
  if (kind === 0) return randomText(random);
  if (kind === 1) return random.pick([0, -0.5, 1e30, 12, -7, 1.25e-9]);
  if (kind === 2) return random.pick([true, false]);
  if (kind === 3) return null;
  if (kind === 4) return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1));
  return randomRecord(random, depth + 1);
}

function randomRecord(random: SeededRandom, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: random.below(4) }, (_, i) => [`k${i}`, randomValue(random, depth)]),
  );
}

/** The record as its cells must be. */
function toCells(
  record: Record<string, unknown>,
  prefix: string,
  cells: Map<string, string>,
): Map<string, string> {
  for (const [key, value] of Object.entries(record)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (nested && Object.keys(value).length > 0) toCells(value as Record<string, unknown>, path, cells);
    else if (value === null) cells.set(path, NULL);
    else cells.set(path, typeof value === 'string' ? value : `json:${JSON.stringify(value)}`);
  }
  return cells;
}

function accepts(text: string): boolean {
  const scanner = new JsonScanner();
  scanner.bytes = Buffer.from(text);
  scanner.filled = scanner.bytes.length;
  return scanner.value(0, true) && scanner.next() < 0;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('JSON.parse as the oracle', () => {
  it('sees the same values in 300 random sources', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createRandom(seed);
      const records = Array.from({ length: 1 + random.below(8) }, () => randomRecord(random, 0));
      const expected = records.map((record) => toCells(record, '', new Map()));
      const lines = records.map((record) => JSON.stringify(record)).join('\n');
      const array = JSON.stringify(records, null, random.below(3));
      // Pretty-printing goes into JSON cells as well, so those are compared by value.
      for (const [format, source] of [
        ['ndjson', lines],
        ['json', array],
      ] as const) {
        const table = await readTable(format, Buffer.from(source), {}, 1 + random.below(5));
        const seen = table.rows.map((row) => {
          const cells = table.columns.map((name, i) => [name, row[i]!] as const);
          return new Map(
            cells.filter(([, cell]) => cell !== ABSENT).map(([name, cell]) => [name, compact(cell)]),
          );
        });
        expect(seen, `seed ${seed}, ${format}`).toEqual(expected);
        expect(table.problems).toEqual([]);
      }
    }
  });

  it('refuses and takes the same of 20,000 damaged texts', () => {
    const random = createRandom(4711);
    let taken = 0;
    for (let n = 0; n < 20_000; n++) {
      let text = JSON.stringify(randomRecord(random, 0));
      for (let k = random.below(3); k >= 0; k--) {
        const at = random.below(text.length + 1);
        text =
          text.slice(0, at) +
          (random.next() < 0.5 ? random.pick(SIGNS) : '') +
          text.slice(at + random.below(2));
      }
      const expected = parses(text);
      expect(accepts(text), text).toBe(expected);
      if (expected) taken++;
    }
    expect(taken).toBeGreaterThan(500);
  });
});

function compact(cell: string): string {
  return cell.startsWith('json:') ? `json:${JSON.stringify(JSON.parse(cell.slice(5)))}` : cell;
}
