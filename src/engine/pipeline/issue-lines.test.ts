import { describe, expect, it } from 'vitest';
import { Cell, type CellBatch } from '../../foundation/cells/cell-batch.js';
import { toCellTexts } from '../../foundation/cells/row-cells.js';
import { toCopyLines } from './issue-lines.js';
import type { FoundIssue } from './run.js';

const AWKWARD = [
  '',
  'plain',
  'tab\tline\nend\r',
  'back\\slash \\N \\.',
  '"quoted" {a,b}',
  'ünï 漢字 🦆',
  '\u0001\u001f',
];

/** One row of the texts, then a null, an empty cell and a JSON value. */
function toBatch(texts: readonly string[]): CellBatch {
  const cells = [...texts, '', '', '{"a":"\\n"}'];
  const parts = cells.map((text) => Buffer.from(text));
  const start = new Uint32Array(cells.length);
  const end = new Uint32Array(cells.length);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    start[i] = at;
    at += part.length;
    end[i] = at;
  }
  const kind = new Uint8Array(cells.length).fill(Cell.text);
  kind.set([Cell.null, Cell.empty, Cell.json], texts.length);
  return {
    columns: cells.map((_, i) => `c${i}`),
    rows: 1,
    firstRow: 1,
    lines: new Uint32Array([2]),
    bytes: Buffer.concat(parts),
    start,
    end,
    kind,
    typed: false,
    problems: [],
    sourceBytes: at,
  };
}

/** Takes COPY's text format apart as PostgreSQL does. */
function readLines(bytes: Buffer): (string | null)[][] {
  const signs: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) =>
      line
        .split('\t')
        .map((cell) =>
          cell === '\\N' ? null : cell.replace(/\\(.)/gs, (_, sign: string) => signs[sign] ?? sign),
        ),
    );
}

const write = (issues: readonly FoundIssue[]): (string | null)[][] =>
  readLines(Buffer.concat([...toCopyLines('7', issues)]));

describe('issues as COPY lines', () => {
  it('carry every cell of the row as JSON, byte for byte, with its kind', () => {
    const rowCells = { batch: toBatch(AWKWARD), index: 0 };
    const [line] = write([
      { severity: 'error', row: 1, line: 2, code: 'X-1', message: 'm', hint: 'h', rowCells },
    ]);
    expect(JSON.parse(line![10]!)).toEqual([...AWKWARD, null, null, '{"a":"\\n"}']);
    expect(line![11]).toBe(`${String(Cell.text).repeat(AWKWARD.length)}214`);
  });

  it('are the same whether the cells lie in a batch or are texts already', () => {
    const rowCells = { batch: toBatch(AWKWARD), index: 0 };
    const issue = { severity: 'error', row: 1, code: 'X-1', message: 'm', hint: 'h' } as const;
    const [inBatch] = write([{ ...issue, rowCells }]);
    const [asTexts] = write([{ ...issue, rowCells: toCellTexts(rowCells) }]);
    expect(JSON.parse(asTexts![10]!)).toEqual(JSON.parse(inBatch![10]!));
    expect(asTexts![11]).toBe(inBatch![11]);
  });

  it('keep texts with any sign in them, and tell a missing one from a blank one', () => {
    const message = AWKWARD.join('|');
    const [line] = write([{ severity: 'warning', value: '', code: 'X-1', message, hint: 'a\0b' }]);
    expect(line!.slice(0, 10)).toEqual(['7', 'warning', null, null, null, null, '', 'X-1', message, 'a␀b']);
  });

  it('come in blocks of whole lines, however many they are', () => {
    const issues = Array.from({ length: 20_000 }, (_, i) => ({
      severity: 'error' as const,
      row: i,
      code: 'X-1',
      message: 'x'.repeat(i % 50),
      hint: 'h',
    }));
    const blocks = [...toCopyLines('7', issues)];
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.every((block) => block.at(-1) === 0x0a)).toBe(true);
    expect(readLines(Buffer.concat(blocks)).map((line) => line[2])).toEqual(
      issues.map(({ row }) => String(row)),
    );
  });
});
