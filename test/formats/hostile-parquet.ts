// What the tests of hostile Parquet share: reading a file while a timer looks how the process fares, and files that lie in one place.
import { expect } from 'vitest';
import { parquetFormat } from '../../src/engine/formats/parquet/parquet-format.js';
import {
  type BuiltColumn,
  dataPage,
  ENCODING,
  type Field,
  OPTIONAL,
  run,
  sized,
  TYPE,
  toParquet,
} from './parquet-builder.js';

/** Far more than any of them takes, on a machine that has other things to do. */
export const MOST_MS = 30_000;
/** Longest time that nobody else gets a turn. */
export const MOST_WAIT_MS = 5000;
export const MOST_MB = 350;

export interface Outcome {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly rows: number;
  readonly ms: number;
  readonly grownMb: number;
  /** How often a timer ran, and the longest it had to wait. */
  readonly turns: number;
  readonly waitMs: number;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Reads it, and looks from a timer how the process fares. */
export async function outcomeOf(bytes: Buffer): Promise<Outcome> {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  let [turns, most, rows] = [0, before, 0];
  let [last, waitMs] = [start, 0];
  const look = (): void => {
    turns++;
    waitMs = Math.max(waitMs, performance.now() - last);
    last = performance.now();
    most = Math.max(most, process.memoryUsage().rss);
  };
  const timer = setInterval(look, 1);
  let error: { readonly code?: string; readonly detail?: string } = {};
  try {
    const file = {
      size: bytes.length,
      read: async (position: number, length: number) => bytes.subarray(position, position + length),
    };
    for await (const batch of parquetFormat.read({ bytes: nothing(), file, options: {} })) rows += batch.rows;
  } catch (thrown) {
    error = thrown as typeof error;
  }
  const ms = performance.now() - start;
  look();
  clearInterval(timer);
  const grownMb = (most - before) / 1e6;
  return { code: error.code, detail: error.detail, rows, ms, grownMb, turns, waitMs };
}

export const int32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeInt32LE(value, i * 4);
  });
  return bytes;
};

export const flags = (body: Buffer, rows = 3): Buffer =>
  toParquet(rows, [
    { type: TYPE.boolean, pages: [dataPage(sized(body), { values: rows, encoding: ENCODING.rle })] },
  ]);

/** NULLs only, as many as one run can claim. */
export const nulls = (count: number): BuiltColumn => ({
  type: TYPE.int32,
  repetition: OPTIONAL,
  pages: [dataPage(sized(run(count, 0)), { values: count })],
});

export const plain = (rows = 3, further: readonly Field[] = []): Buffer =>
  toParquet(rows, [{ type: TYPE.int32, pages: [dataPage(int32(1, 2, 3), { values: rows, further })] }]);

export const column = (about: Partial<BuiltColumn> & { type: number }, body: Buffer): Buffer =>
  toParquet(3, [{ pages: [dataPage(body, { values: 3 })], ...about }]);

/** Ends with this error, in time, in little memory, and with turns for others. */
export function expectRefused(outcome: Outcome, code: string): void {
  expect(outcome, outcome.detail).toMatchObject({ code: `FORMATS-${code}` });
  expect(outcome.detail).toMatch(/^The Parquet file .+\.$/);
  expect(outcome.ms).toBeLessThan(MOST_MS);
  expect(outcome.grownMb).toBeLessThan(MOST_MB);
  expect(outcome.waitMs).toBeLessThan(MOST_WAIT_MS);
}
