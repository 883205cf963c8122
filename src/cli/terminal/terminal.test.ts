import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import { bytesText, countOf, durationText, shortCount } from './number-text.js';
import { createOutputChannel } from './output-channel.js';
import { createProgressBar, pickProgressMode } from './progress-bar.js';
import { toBarLine, toLogLine } from './progress-line.js';
import { createRateMeter, type ProgressReading } from './rate-meter.js';
import { createStyle } from './terminal-style.js';
import { toTable } from './terminal-table.js';
import { cutText, textWidth, toPrintable, wrapText } from './text-width.js';

const PLAIN = createStyle(false);
const COLOURED = createStyle(true);
const HALF_WAY: ProgressReading = {
  phase: 'importing',
  rows: 420_000,
  fraction: 0.42,
  rowsPerSecond: 83_211,
  secondsLeft: 6.4,
  failed: 12,
};

describe('texts on a terminal', () => {
  it.each([
    ['abc', 3],
    ['größe', 5],
    ['日本語', 6],
    ['🙂', 2],
    ['e\u0301', 1],
    [COLOURED.red('abc'), 3],
  ])('%j is %i wide', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('are cut to the width, never in the middle of a wide letter', () => {
    expect(cutText('abcdef', 4)).toBe('abc…');
    expect(cutText('日本語', 4)).toBe('日…');
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('abc', 1)).toBe('…');
  });

  it('are wrapped at spaces; a longer word stays whole', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('a https://long.example b', 6)).toEqual(['a', 'https://long.example', 'b']);
  });

  it('from outside lose what steers a terminal', () => {
    expect(toPrintable('a\u001b[31m\nb\t\u202ec\u0000')).toBe('a␛[31m↵b→�c␀');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'name', shrinks: false },
    { title: 'text' },
    { title: 'n', align: 'right' as const, shrinks: false },
  ];
  const rows = [
    ['sku', 'x'.repeat(100), '5'],
    ['名前', 'short', '1,000'],
  ];

  it('fits the terminal: only columns that may give way do', () => {
    for (const width of [40, 60, 90]) {
      const lines = toTable(columns, rows, { style: PLAIN, width });
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      expect(lines[1]).toContain('sku');
      expect(lines[2]).toContain('1,000');
    }
  });

  it('goes on in the next line where its texts must be read whole', () => {
    const lines = toTable([{ title: 'a' }, { title: 'b' }], [['short', 'one two three four']], {
      style: PLAIN,
      width: 18,
      wrap: true,
    });
    expect(lines.slice(1)).toEqual(['short  one two', '       three four']);
  });

  it('cuts nothing in a pipe, and aligns wide letters', () => {
    const lines = toTable(columns, rows, { style: PLAIN, width: undefined });
    expect(lines[1]).toContain('x'.repeat(100));
    expect(textWidth(lines[1]!)).toBe(textWidth(lines[2]!));
  });
});

describe('the line of progress', () => {
  it.each([200, 120, 80, 60, 50, 40, 30, 20, 12, 6, 3])('fits %i columns', (width) => {
    for (const style of [PLAIN, COLOURED]) {
      for (const reading of [
        HALF_WAY,
        { ...HALF_WAY, fraction: 1 },
        { phase: 'reading', rows: 9, rowsPerSecond: 0 },
      ]) {
        expect(textWidth(toBarLine(reading, width, style))).toBeLessThanOrEqual(width);
      }
    }
  });

  it('says everything where there is room, the most important where there is little', () => {
    expect(toBarLine(HALF_WAY, 100, PLAIN)).toBe(
      'Importing  ━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌   42%  420,000 rows  83,211/s  7 s left  12 failed',
    );
    expect(toBarLine(HALF_WAY, 30, PLAIN)).toBe(' 42%  420k rows  7 s left');
    expect(toBarLine(HALF_WAY, 5, PLAIN)).toBe(' 42%');
    expect(toLogLine(HALF_WAY)).toBe('Importing: 42%, 420,000 rows, 83,211 rows/s, 7 s left, 12 failed');
  });
});

describe('the rate', () => {
  it('is that of the last seconds, not of the whole run', () => {
    const meter = createRateMeter(5_000);
    let reading = meter.read({ phase: 'a', rows: 0, totalRows: 20_000 }, 0);
    for (let s = 1; s <= 10; s++)
      reading = meter.read({ phase: 'a', rows: s * 100, totalRows: 20_000 }, s * 1000);
    expect(reading.rowsPerSecond).toBe(100);
    for (let s = 11; s <= 16; s++) {
      reading = meter.read({ phase: 'a', rows: 1_000 + (s - 10) * 1_000, totalRows: 20_000 }, s * 1000);
    }
    expect(reading.rowsPerSecond).toBe(1000);
    expect(reading.secondsLeft).toBeCloseTo(13, 5);
  });

  it('starts anew with a phase, and sinks when nothing moves', () => {
    const meter = createRateMeter(5_000);
    meter.read({ phase: 'a', rows: 0 }, 0);
    expect(meter.read({ phase: 'a', rows: 500 }, 1_000).rowsPerSecond).toBe(500);
    expect(meter.read({ phase: 'b', rows: 0 }, 1_100).rowsPerSecond).toBe(0);
    meter.read({ phase: 'b', rows: 100 }, 2_100);
    expect(meter.read({ phase: 'b', rows: 100 }, 9_000).rowsPerSecond).toBe(0);
  });
});

describe('numbers', () => {
  it.each([
    [shortCount(999), '999'],
    [shortCount(12_345), '12.3k'],
    [shortCount(999_999), '1.0M'],
    [bytesText(999), '999 B'],
    [bytesText(1_000_000), '1.0 MB'],
    [durationText(0.42), '0.4 s'],
    [durationText(200), '3 min 20 s'],
    [durationText(7_500), '2 h 5 min'],
    [countOf(1, 'row'), '1 row'],
    [countOf(2, 'entity'), '2 entities'],
    [countOf(1_000, 'key'), '1,000 keys'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('the progress bar', () => {
  function stage(terminal: boolean) {
    let text = '';
    let now = 0;
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    });
    if (terminal) Object.assign(stream, { isTTY: true, columns: 60 });
    const clock: Clock = { now: () => new Date(now), every: () => () => {}, sleep: async () => {} };
    const out = createOutputChannel(stream, { NO_COLOR: '1' }, true);
    return { out, clock, pass: (ms: number) => (now += ms), text: () => text };
  }

  it('redraws one line at most ten times a second, and leaves a clean line and a cursor', () => {
    const at = stage(true);
    const bar = createProgressBar(at.out, 'bar', at.clock);
    for (let i = 1; i <= 1_000; i++) {
      at.pass(1);
      bar.update({ phase: 'importing', rows: i });
    }
    bar.done();
    bar.done();
    const draws = at.text().split('\r\u001b[2K').length - 1;
    expect(draws).toBeGreaterThanOrEqual(10);
    expect(draws).toBeLessThanOrEqual(12);
    expect(at.text()).not.toContain('\n');
    expect(at.text().endsWith('\r\u001b[2K\u001b[?25h')).toBe(true);
    expect(at.text().split('\u001b[?25l')).toHaveLength(2);
  });

  it('writes a line every ten seconds where there is no terminal', () => {
    const at = stage(false);
    const bar = createProgressBar(at.out, 'lines', at.clock);
    for (let i = 1; i <= 350; i++) {
      at.pass(100);
      bar.update({ phase: 'importing', rows: i * 10 });
    }
    bar.done();
    const lines = at.text().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('Importing: 1,000 rows, 100 rows/s');
    expect(at.text()).not.toContain('\u001b');
  });

  it.each([
    ['auto', { terminal: true, quiet: false, json: false }, 'bar'],
    ['auto', { terminal: false, quiet: false, json: false }, 'lines'],
    ['auto', { terminal: true, quiet: true, json: false }, 'none'],
    ['auto', { terminal: true, quiet: false, json: true }, 'none'],
    ['json', { terminal: true, quiet: true, json: true }, 'json'],
    ['bar', { terminal: false, quiet: false, json: false }, 'lines'],
    ['none', { terminal: true, quiet: false, json: false }, 'none'],
  ] as const)('%s with %j is %s', (wish, about, mode) => {
    expect(pickProgressMode(wish, about)).toBe(mode);
  });
});
