// Footers, page headers and packed pages of Parquet that claim what can't be; and honest files with bytes changed by chance.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { expectRefused, int32, MOST_MS, nulls, outcomeOf, plain } from './hostile-parquet.js';
import {
  CODEC,
  dataPage,
  i32,
  i64,
  list,
  nested,
  struct,
  TYPE,
  text,
  toFile,
  toParquet,
  varint,
} from './parquet-builder.js';
import { createRandom } from './seeded-random.js';

const packed = (codec: number, body: Buffer, unpacked: number): Buffer =>
  toParquet(3, [{ type: TYPE.int32, codec, pages: [dataPage(body, { values: 3, unpacked })] }]);

const deep = (levels: number): Buffer => Buffer.concat([Buffer.alloc(levels, 0x1c), Buffer.alloc(levels)]);

/** A zstd frame whose Huffman weights are told by a table of one symbol that takes no bits: `fzstd` reads on for ever. */
const zstdLoop = Buffer.from(
  '28b52ffd2000' + // a frame of one segment
    'ad0000' + // the last block, compressed, 21 bytes
    '02400c' + // literals by Huffman
    '06f003000000010000000000000000000000',
  'hex',
);

const MB = 1024 * 1024;

describe('hostile footers, headers and packed pages of Parquet', () => {
  it('are told apart from what is built when no harm is meant', async () => {
    for (const bytes of [
      plain(),
      packed(CODEC.gzip, gzipSync(int32(1, 2, 3)), 12),
      packed(CODEC.brotli, brotliCompressSync(int32(1, 2, 3)), 12),
      packed(CODEC.snappy, Buffer.from([12, 44, ...int32(1, 2, 3)]), 12),
      packed(CODEC.lz4Raw, Buffer.from([0xc0, ...int32(1, 2, 3)]), 12),
    ]) {
      expect(await outcomeOf(bytes)).toMatchObject({ code: undefined, rows: 3 });
    }
  });

  it.each<[string, string, () => Buffer]>([
    // Claims in headers.
    ['2^28 NULLs in one run', '135', () => toParquet(2 ** 28, [nulls(2 ** 28)])],
    [
      'a hundred columns of a million NULLs each',
      '135',
      () =>
        toParquet(
          1_000_000,
          Array.from({ length: 100 }, () => nulls(1_000_000)),
        ),
    ],
    [
      'a page of 2^31 - 1 values',
      '134',
      () => toParquet(3, [{ type: TYPE.int32, pages: [dataPage(int32(1), { values: 2 ** 31 - 1 })] }]),
    ],
    [
      'a page of fewer values than none',
      '134',
      () => toParquet(3, [{ type: TYPE.int32, pages: [dataPage(int32(1), { values: -1 })] }]),
    ],
    [
      'pages of nothing without end',
      '134',
      () =>
        toParquet(3, [
          {
            type: TYPE.int32,
            pages: Array.from({ length: 20_000 }, () => dataPage(Buffer.alloc(0), { values: 0 })),
          },
        ]),
    ],
    [
      'a header with a list of 2^31 numbers',
      '134',
      () => plain(3, [[9, 9, Buffer.concat([Buffer.from([0xf5]), varint(2 ** 31)])]]),
    ],
    [
      'a header with a list of 2^63 structs',
      '134',
      () => plain(3, [[9, 9, Buffer.concat([Buffer.from([0xfc]), varint(2n ** 63n)])]]),
    ],
    ['a header with a number that never ends', '134', () => plain(3, [[9, 5, Buffer.alloc(MB, 0xff)]])],
    ['a header with a text of 2^40 bytes', '134', () => plain(3, [[9, 8, varint(2 ** 40)]])],
    ['a header nested 100,000 deep', '134', () => plain(3, [[9, 12, deep(100_000)]])],
    ['a header of lists of lists of lists', '134', () => plain(3, [[9, 9, Buffer.alloc(100_000, 0x19)]])],
    [
      'a header with a map of 2^31 entries',
      '134',
      () => plain(3, [[9, 11, Buffer.concat([varint(2 ** 31), Buffer.from([0x55])])]]),
    ],
    // Footers.
    [
      'a schema of 2^31 elements',
      '134',
      () =>
        toFile([Buffer.from('PAR1')], struct([2, 9, Buffer.concat([Buffer.from([0xfc]), varint(2 ** 31)])])),
    ],
    ['a footer nested 100,000 deep', '134', () => toFile([Buffer.from('PAR1')], deep(100_000))],
    [
      'a schema with 2^31 - 1 children',
      '134',
      () => toFile([Buffer.from('PAR1')], struct(list(2, 12, [struct(text(4, 's'), i32(5, 2 ** 31 - 1))]))),
    ],
    [
      'a schema nested 100,000 deep',
      '135',
      () => {
        const group = struct(i32(3, 0), text(4, 'g'), i32(5, 1));
        return toFile(
          [Buffer.from('PAR1')],
          struct(
            list(
              2,
              12,
              Array.from({ length: 90_000 }, () => group),
            ),
          ),
        );
      },
    ],
    [
      'a schema of 90,000 columns',
      '135',
      () => {
        const leaf = struct(i32(1, 1), i32(3, 0), text(4, 'c'));
        const elements = [
          struct(text(4, 's'), i32(5, 90_000)),
          ...Array.from({ length: 90_000 }, () => leaf),
        ];
        return toFile([Buffer.from('PAR1')], struct(list(2, 12, elements)));
      },
    ],
    [
      'ten million row groups',
      '135',
      () =>
        toFile(
          [Buffer.from('PAR1')],
          struct([4, 9, Buffer.concat([Buffer.from([0xfc]), varint(10_000_000), Buffer.alloc(10_000_000)])]),
        ),
    ],
    ['rows without end', '135', () => plain(2 ** 40)],
    [
      'columns that lie over each other',
      '134',
      () => {
        const bytes = plain();
        const chunk = struct(nested(3, i32(1, 1), i32(4, 0), i64(5, 3), i64(7, bytes.length - 4), i64(9, 4)));
        const leaf = struct(i32(1, 1), i32(3, 0), text(4, 'c'));
        const many = <T>(one: T): T[] => Array.from({ length: 1000 }, () => one);
        return toFile(
          [bytes],
          struct(
            list(2, 12, [struct(text(4, 's'), i32(5, 1000)), ...many(leaf)]),
            list(4, 12, [struct(list(1, 12, many(chunk)), i64(3, 3))]),
          ),
        );
      },
    ],
    // Packed pages.
    ['a snappy page that claims 200 MB', '135', () => packed(CODEC.snappy, Buffer.alloc(20, 0xfe), 200 * MB)],
    [
      'a snappy page that copies from nowhere',
      '134',
      () => packed(CODEC.snappy, Buffer.from([12, 0xfe, 0xff, 0xff]), 12),
    ],
    ['a gzip page that claims 200 MB', '135', () => packed(CODEC.gzip, gzipSync(int32(1)), 200 * MB)],
    [
      'a gzip page that becomes more than it claims',
      '134',
      () => packed(CODEC.gzip, gzipSync(Buffer.alloc(50 * MB)), 12),
    ],
    [
      'a brotli page of 40 MB in some bytes',
      '135',
      () => packed(CODEC.brotli, brotliCompressSync(Buffer.alloc(40 * MB)), 40 * MB),
    ],
    ['a zstd page that claims 200 MB', '135', () => packed(CODEC.zstd, zstdLoop, 200 * MB)],
    ['a zstd page with a table that takes no bits', '134', () => packed(CODEC.zstd, zstdLoop, 12)],
    [
      'an LZ4 page whose blocks go backwards',
      '134',
      () => packed(CODEC.lz4, int32(0, 0xf8ffffff | 0, 0, 0), 12),
    ],
    ['an LZ4 page whose lengths never end', '134', () => packed(CODEC.lz4Raw, Buffer.alloc(MB, 255), 12)],
    ['a page of 2^31 - 1 bytes', '135', () => packed(CODEC.snappy, Buffer.alloc(8), 2 ** 31 - 1)],
    ['a page of fewer bytes than none', '134', () => packed(CODEC.snappy, Buffer.alloc(8), -1)],
  ])('%s: FORMATS-%s', async (_name, code, make) => {
    expectRefused(await outcomeOf(make()), code);
  });
});

describe('honest Parquet that is bent', () => {
  const honest = (): Buffer =>
    Buffer.from(
      parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 4 },
          { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
          { name: 'name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'tags', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          {
            name: 'id',
            data: Array.from({ length: 300 }, (_, i) => BigInt(i * i)),
            encoding: 'DELTA_BINARY_PACKED',
          },
          { name: 'name', data: Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? null : `n${i % 9}`)) },
          {
            name: 'text',
            data: Array.from({ length: 300 }, (_, i) => `a text ${i}`),
            encoding: 'DELTA_BYTE_ARRAY',
          },
          {
            name: 'tags',
            data: Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? null : [i, null, i % 3])),
          },
        ],
      }),
    );

  it('ends with a table or a clear error, whichever byte becomes which', async () => {
    const bytes = honest();
    expect(await outcomeOf(bytes)).toMatchObject({ rows: 300, code: undefined });
    const { below, pick } = createRandom(7);
    for (let round = 0; round < 1500; round++) {
      const bent = Buffer.from(bytes);
      for (let i = 0; i <= round % 3; i++)
        bent[below(bent.length)] = pick([0, 1, 0x7f, 0x80, 0xff, below(256)]);
      const { code, detail, ms } = await outcomeOf(bent);
      expect(code ?? 'read', `round ${round}: ${detail}`).toMatch(/^(read|FORMATS-(102|110|13[45]))$/);
      expect(ms, `round ${round}`).toBeLessThan(MOST_MS);
    }
  });
});
