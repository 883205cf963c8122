// Parquet as pyarrow, DuckDB and hyparquet write it: every compression, both kinds of pages, every encoding, lists across pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParquetType, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { parquetFormat } from '../../src/engine/formats/parquet/parquet-format.js';
import { collect, NULL } from './read-table.js';
import { createRandom } from './seeded-random.js';

const FILES = join(import.meta.dirname, 'parquet-files');

async function* nothing(): AsyncGenerator<Uint8Array> {}

const read = (bytes: Buffer, batchRows = 2000) =>
  collect(
    parquetFormat.read({
      bytes: nothing(),
      file: { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) },
      options: {},
      batchRows,
    }),
  );

/** What `parquet-files` hold. */
const row = (i: number): string[] => [
  `json:${i * i * 1_000_003}`,
  i % 7 === 0 ? NULL : `json:${i % 3 === 0}`,
  i % 5 === 0 ? NULL : `name ${i % 9}`,
  `/srv/${String(i).padStart(3, '0')}/x`,
  `json:${((i * 7 - 300) / 100).toFixed(2)}`,
  `json:${i / 8}`,
  new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
  i % 6 === 0
    ? NULL
    : `json:${JSON.stringify(Array.from({ length: i % 4 }, (_, j) => (j === 1 ? null : `t${j}`)))}`,
  `json:${JSON.stringify(Array.from({ length: i % 3 }, (_, n) => ({ n, at: n > 0 ? [n, i] : null })))}`,
];

describe('Parquet of other programs, as they wrote it', () => {
  const files = readdirSync(FILES).filter((name) => name.endsWith('.parquet'));

  it('is there', () => expect(files.length).toBe(8));

  it.each(files)('%s', async (name) => {
    const table = await read(readFileSync(join(FILES, name)), 33);
    expect(table.columns).toEqual(['id', 'flag', 'name', 'path', 'price', 'ratio', 'day', 'tags', 'lines']);
    expect(table.rows).toEqual(Array.from({ length: 100 }, (_, i) => row(i)));
  });
});

describe('random Parquet', () => {
  const { next: random, pick } = createRandom(11);
  const words = ['', 'a', 'ab', 'abc', 'abcd', 'ünï', 'x'.repeat(300)];
  const kinds: readonly { type: ParquetType; encodings: readonly string[]; make: () => unknown }[] = [
    {
      type: 'INT32',
      encodings: ['PLAIN', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT', 'RLE_DICTIONARY'],
      make: () => pick([0, -1, 1, 7, 2 ** 31 - 1, -(2 ** 31), Math.floor(random() * 1000)]),
    },
    {
      type: 'INT64',
      encodings: ['PLAIN', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT', 'RLE_DICTIONARY'],
      make: () =>
        pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, BigInt(Math.floor(random() * 1000))]),
    },
    {
      type: 'DOUBLE',
      encodings: ['PLAIN', 'BYTE_STREAM_SPLIT'],
      make: () => pick([0, -1.5, 1e300, random()]),
    },
    { type: 'BOOLEAN', encodings: ['PLAIN', 'RLE'], make: () => random() < 0.5 },
    {
      type: 'BYTE_ARRAY',
      encodings: ['PLAIN', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY', 'RLE_DICTIONARY'],
      make: () => pick(words) + pick(words),
    },
  ];

  it('reads as hyparquet reads it', async () => {
    for (let round = 0; round < 120; round++) {
      const { type, encodings, make } = pick(kinds);
      const encoding = pick(encodings);
      const chance = pick([0, 0, 0.3, 0.95]);
      const rows = pick([1, 2, 31, 129, 1000, 3000]);
      const same = random() < 0.2 ? make() : undefined;
      const data = Array.from({ length: rows }, () => (random() < chance ? null : (same ?? make())));
      const file = parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 1 },
          {
            name: 'c',
            type,
            repetition_type: chance > 0 ? 'OPTIONAL' : 'REQUIRED',
            ...(type === 'BYTE_ARRAY' ? { converted_type: 'UTF8' as const } : {}),
          },
        ],
        columnData: [{ name: 'c', data, encoding: encoding as 'PLAIN' }],
        codec: pick(['SNAPPY', 'UNCOMPRESSED']),
        pageSize: pick([50, 1000, 1_000_000]),
        rowGroupSize: pick([100, 100_000]),
      });
      const theirs = await parquetReadObjects({ file });
      const ours = await read(Buffer.from(file), pick([7, 2000]));
      expect(
        ours.rows.map(([cell]) => cell),
        `round ${round}: ${type} ${encoding}`,
      ).toEqual(theirs.map(({ c }) => (c == null ? NULL : `${type === 'BYTE_ARRAY' ? '' : 'json:'}${c}`)));
    }
  });
});
