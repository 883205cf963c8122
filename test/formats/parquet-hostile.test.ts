// Values of Parquet made to keep a program busy, to fill its memory or to break it: some kilobytes that claim millions. Each file has
// to end with a clear error at once, with memory that stays flat, and others have to get their turn meanwhile.
import { describe, expect, it } from 'vitest';
import {
  column,
  expectRefused,
  flags,
  int32,
  MOST_MB,
  MOST_WAIT_MS,
  nulls,
  outcomeOf,
  plain,
} from './hostile-parquet.js';
import {
  dataPage,
  dictionaryPage,
  ENCODING,
  i32,
  i64,
  list,
  nested,
  OPTIONAL,
  REPEATED,
  run,
  sized,
  struct,
  TYPE,
  text,
  toFile,
  toParquet,
  varint,
  zigzag,
} from './parquet-builder.js';

const numbers = (body: Buffer, rows = 3, type: number = TYPE.int32): Buffer =>
  toParquet(rows, [{ type, pages: [dataPage(body, { values: rows, encoding: ENCODING.delta })] }]);

/** The head of packed differences: values of a block, its miniblocks, count, first value. */
const deltas = (block: number, miniblocks: number, count: number, first = 0): Buffer =>
  Buffer.concat([varint(block), varint(miniblocks), varint(count), zigzag(first)]);

/** Values that grow by `by`, all in blocks of no bits. */
function steps(count: number, first: number, by: number): Buffer {
  const block = 1 << 20;
  const blocks = Math.ceil((count - 1) / block);
  return Buffer.concat([
    deltas(block, 1, count, first),
    ...Array.from({ length: blocks }, () => Buffer.concat([zigzag(by), Buffer.from([0])])),
  ]);
}

const dictionary = (body: Buffer, about: { dictionary?: Buffer; rows?: number } = {}): Buffer =>
  toParquet(about.rows ?? 3, [
    {
      type: TYPE.int32,
      pages: [
        about.dictionary ?? dictionaryPage(int32(7, 8), 2),
        dataPage(body, { values: about.rows ?? 3, encoding: ENCODING.dictionary }),
      ],
    },
  ]);

const MB = 1024 * 1024;

describe('hostile values in Parquet', () => {
  it('are told apart from what is built when no harm is meant', async () => {
    for (const bytes of [
      plain(),
      flags(run(3, 1)),
      flags(Buffer.concat([varint(9), Buffer.alloc(4)])),
      numbers(steps(3, 5, 1)),
      dictionary(Buffer.concat([Buffer.from([1]), run(3, 1)])),
      toParquet(3, [nulls(3)]),
    ]) {
      expect(await outcomeOf(bytes)).toMatchObject({ code: undefined, rows: 3 });
    }
  });

  it.each<[string, string, () => Buffer]>([
    // Runs.
    ['a run that claims 2^28 values', '134', () => flags(run(2 ** 28, 1))],
    ['a run that claims 2^31 - 1 values', '134', () => flags(run(2 ** 31 - 1, 1))],
    ['runs of no values without end', '134', () => flags(Buffer.alloc(MB))],
    ['packed groups that claim 2^30 values', '134', () => flags(varint(2 ** 28 - 1))],
    ['packed groups of nothing', '134', () => flags(Buffer.alloc(MB, 1))],
    ['a run whose length never ends', '134', () => flags(Buffer.alloc(MB, 0xff))],
    ['runs that end too early', '134', () => flags(run(2, 1))],
    [
      'levels that claim 2^28 values',
      '134',
      () => column({ type: TYPE.int32, repetition: OPTIONAL }, sized(run(2 ** 28, 1))),
    ],
    [
      'levels longer than their page',
      '134',
      () => column({ type: TYPE.int32, repetition: OPTIONAL }, int32(2 ** 30, 1, 2)),
    ],
    // Differences.
    ['differences in no miniblocks', '134', () => numbers(deltas(128, 0, 3))],
    ['differences in blocks of nothing', '134', () => numbers(deltas(0, 4, 3))],
    ['differences in no blocks and no miniblocks', '134', () => numbers(deltas(0, 0, 3))],
    ['differences in miniblocks of broken size', '134', () => numbers(deltas(128, 3, 3))],
    ['a block of 2^40 differences', '134', () => numbers(deltas(2 ** 40, 4, 3))],
    ['differences that claim 2^31 values', '134', () => numbers(deltas(128, 4, 2 ** 31))],
    [
      'differences 255 bits wide',
      '134',
      () => numbers(Buffer.concat([deltas(128, 4, 3), zigzag(0), Buffer.alloc(4, 255)])),
    ],
    [
      '2^20 miniblocks that are not there',
      '134',
      () => numbers(Buffer.concat([deltas(2 ** 23, 2 ** 20, 3), zigzag(0)])),
    ],
    [
      'a first value that never ends',
      '134',
      () => numbers(Buffer.concat([varint(128), varint(4), varint(3), Buffer.alloc(MB, 0x80)])),
    ],
    // Texts.
    [
      'texts that each continue the one before',
      '135',
      () => {
        const count = 30_000;
        const body = Buffer.concat([steps(count, 0, 1), steps(count, 1, 0), Buffer.alloc(count, 97)]);
        return toParquet(count, [
          { type: TYPE.bytes, pages: [dataPage(body, { values: count, encoding: ENCODING.deltaBytes })] },
        ]);
      },
    ],
    [
      'a text that continues more than there was',
      '134',
      () =>
        toParquet(3, [
          {
            type: TYPE.bytes,
            pages: [
              dataPage(Buffer.concat([steps(3, 2 ** 30, 0), steps(3, 0, 0)]), {
                values: 3,
                encoding: ENCODING.deltaBytes,
              }),
            ],
          },
        ]),
    ],
    [
      'lengths below nothing',
      '134',
      () =>
        toParquet(3, [
          {
            type: TYPE.bytes,
            pages: [dataPage(steps(3, -5, 0), { values: 3, encoding: ENCODING.deltaLength })],
          },
        ]),
    ],
    ['a text of 2^31 bytes', '134', () => column({ type: TYPE.bytes }, int32(-(2 ** 31), 1, 2))],
    [
      'values of 2^31 - 1 bytes each',
      '135',
      () => column({ type: TYPE.fixed, length: 2 ** 31 - 1 }, int32(1)),
    ],
    ['values of fewer than no bytes', '134', () => column({ type: TYPE.fixed, length: -1 }, int32(1))],
    [
      'a decimal of 2^31 - 1 digits',
      '135',
      () =>
        column({ type: TYPE.int32, further: [i32(6, 5), i32(7, 2 ** 31 - 1), i32(8, 9)] }, int32(1, 2, 3)),
    ],
    [
      'a decimal of a megabyte',
      '135',
      () =>
        column(
          { type: TYPE.bytes, further: [i32(6, 5), i32(7, 2), i32(8, 9)] },
          sized(Buffer.alloc(MB, 0x11)),
        ),
    ],
    // Dictionaries.
    [
      'a dictionary that claims 2^31 - 1 numbers',
      '134',
      () => dictionary(run(3, 1), { dictionary: dictionaryPage(int32(1), 2 ** 31 - 1) }),
    ],
    [
      'a dictionary that claims 2^31 - 1 texts',
      '134',
      () => column({ type: TYPE.bytes, pages: [dictionaryPage(int32(0), 2 ** 31 - 1)] }, int32(1)),
    ],
    [
      'a dictionary with fewer values than none',
      '134',
      () => dictionary(run(3, 1), { dictionary: dictionaryPage(int32(1), -1) }),
    ],
    [
      'an index beyond the dictionary',
      '134',
      () => dictionary(Buffer.concat([Buffer.from([8]), run(3, 200, 8)])),
    ],
    ['indexes 255 bits wide', '134', () => dictionary(Buffer.concat([Buffer.from([255]), run(3, 1, 8)]))],
    [
      'indexes without a dictionary',
      '134',
      () => dictionary(Buffer.concat([Buffer.from([1]), run(3, 1)]), { dictionary: Buffer.alloc(0) }),
    ],
    [
      'one long text a million times',
      '135',
      () => {
        const rows = 1_000_000;
        return toParquet(rows, [
          {
            type: TYPE.bytes,
            pages: [
              dictionaryPage(sized(Buffer.alloc(20_000, 97)), 1),
              dataPage(Buffer.from([0, ...run(rows, 0, 0)]), { values: rows, encoding: ENCODING.dictionary }),
            ],
          },
        ]);
      },
    ],
    // Nesting.
    [
      'a list of 9 million values in one row',
      '135',
      () => {
        const count = 9_000_000;
        const body = Buffer.concat([
          sized(Buffer.concat([run(1, 0), run(count - 1, 1)])),
          sized(run(count, 1)),
          Buffer.from([0, ...run(count, 0, 0)]),
        ]);
        return toParquet(1, [
          {
            type: TYPE.int32,
            repetition: REPEATED,
            values: count,
            pages: [
              dictionaryPage(int32(7), 1),
              dataPage(body, { values: count, encoding: ENCODING.dictionary }),
            ],
          },
        ]);
      },
    ],
    [
      'a list that begins in the middle',
      '134',
      () =>
        column(
          { type: TYPE.int32, repetition: REPEATED },
          Buffer.concat([sized(run(3, 1)), sized(run(3, 1)), int32(1, 2, 3)]),
        ),
    ],
    [
      'levels deeper than the schema',
      '134',
      () => {
        const deepest = Buffer.concat([sized(run(3, 3, 2)), int32(1, 2, 3)]);
        const group = struct(i32(3, 1), text(4, 'g'), i32(5, 1));
        const leaf = struct(i32(1, 1), i32(3, 1), text(4, 'c'));
        const page = dataPage(deepest, { values: 3 });
        const chunk = struct(
          nested(
            3,
            i32(1, 1),
            list(3, 8, [text(0, 'g')[2], text(0, 'c')[2]]),
            i32(4, 0),
            i64(5, 3),
            i64(7, page.length),
            i64(9, 4),
          ),
        );
        return toFile(
          [Buffer.from('PAR1'), page],
          struct(
            list(2, 12, [struct(text(4, 's'), i32(5, 1)), group, leaf]),
            list(4, 12, [struct(list(1, 12, [chunk]), i64(3, 3))]),
          ),
        );
      },
    ],
  ])('%s: FORMATS-%s', async (_name, code, make) => {
    expectRefused(await outcomeOf(make()), code);
  });

  it('lets others work while a small file of many rows is read', async () => {
    const { rows, turns, waitMs, grownMb, code } = await outcomeOf(toParquet(1_000_000, [nulls(1_000_000)]));
    expect({ rows, code }).toEqual({ rows: 1_000_000, code: undefined });
    expect(turns).toBeGreaterThan(5);
    expect(waitMs).toBeLessThan(MOST_WAIT_MS);
    expect(grownMb).toBeLessThan(MOST_MB);
  });
});
