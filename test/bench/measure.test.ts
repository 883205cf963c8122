// How benchmarks compare two sides: fairly, and without letting work pass that was not done.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Comparison, measureComparison, toJsonLine, toMedian } from '../../bench/measure.js';

const FOLDER = join(import.meta.dirname, '..', '..', 'bench');
/** What `npm run bench` lists. */
const BENCHMARKS = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.ts') && readFileSync(join(FOLDER, name), 'utf8').startsWith('// `npm run bench'),
);

/** Both sides on a clock of their own: each run takes as long as `takes` says next. */
function createComparison(takes: Record<string, number[]>) {
  const log: string[] = [];
  let clock = 0;
  const side = (name: string) => ({
    name,
    run: async () => {
      log.push(name);
      clock += takes[name]!.shift()!;
      return { peakRss: name === 'script' ? 1 : 100 + log.length };
    },
  });
  const comparison: Comparison = {
    name: 'test',
    baseline: side('script'),
    candidate: side('ours'),
    before: async () => {
      clock += 1000;
    },
    after: async () => {
      clock += 1000;
    },
  };
  return { comparison, log, now: () => clock };
}

describe('measuring', () => {
  it('lets the sides take turns at going first', async () => {
    const { comparison, log, now } = createComparison({ script: [1, 1, 1], ours: [1, 1, 1] });
    await measureComparison(comparison, { rounds: 3, now });
    expect(log).toEqual(['script', 'ours', 'ours', 'script', 'script', 'ours']);
  });

  it('compares medians and counts neither preparation nor proof', async () => {
    const { comparison, now } = createComparison({ script: [10, 90, 20], ours: [5, 4, 400] });
    const result = await measureComparison(comparison, { rounds: 3, now });
    expect(result.baseline).toMatchObject({ name: 'script', times: [10, 90, 20], median: 20 });
    expect(result.candidate).toMatchObject({ times: [5, 4, 400], median: 5, peakRss: 106 });
    expect(result.ratio).toBe(0.25);
  });

  it('ends when a run did not do its work', async () => {
    const { comparison, now } = createComparison({ script: [1], ours: [1] });
    const failing = { ...comparison, after: () => Promise.reject(new Error('3 rows missing')) };
    await expect(measureComparison(failing, { rounds: 1, now })).rejects.toThrow('3 rows missing');
  });

  it('takes the middle of an odd number of values, the mean of the middle two of an even one', () => {
    expect(toMedian([100, 9, 10])).toBe(10);
    expect(toMedian([4, 1, 3, 2])).toBe(2.5);
  });

  it.each(BENCHMARKS)('ends with one line of JSON: %s', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const parts = [...text.matchAll(/from '\.\/(import\/[^']+)\.js'/g)].map(([, part]) =>
      readFileSync(join(FOLDER, `${part}.ts`), 'utf8'),
    );
    expect([text, ...parts].some((source) => source.includes('toJsonLine('))).toBe(true);
  });

  it('says its result as one line of JSON', () => {
    expect(toJsonLine('import', { ratio: { fresh: 2 / 3 }, rssMb: 120 })).toBe(
      '{"bench":"import","ratio":{"fresh":0.667},"rssMb":120}',
    );
  });
});
