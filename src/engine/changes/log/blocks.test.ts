// What is put into blocks comes out of them the same, whatever its size, and from any place on.
import { describe, expect, it } from 'vitest';
import type { Change, StreamEntry } from '../change.js';
import { toTuple } from '../pgoutput/tuple-data.js';
import { STREAM_START } from '../position.js';
import type { Block } from './block-format.js';
import { createBlockWriter, type LoggedTransaction } from './block-writer.js';
import { toIsoTime } from './commit-time.js';
import { readBlock } from './read-block.js';
import { createTailWindow } from './tail-window.js';

const shape = {
  id: 7,
  name: { schema: 'public', table: 't' },
  columns: [
    { name: 'id', type: 23, modifier: -1, key: 1 },
    { name: 'text', type: 25, modifier: -1, key: 0 },
  ],
  key: [0],
};
const shapes = { find: () => shape, wants: (id: number) => id === 7 };
const transaction = (lsn: bigint, origin = ''): LoggedTransaction => ({
  lsn,
  number: 5n,
  committedAt: 0n,
  origin: Buffer.from(origin),
});
const row = (ordinal: number, text: string) =>
  ({
    operation: 'insert',
    ordinal,
    table: 7,
    before: undefined,
    beforeWhole: false,
    after: toTuple([Buffer.from(String(ordinal)), Buffer.from(text)]),
  }) as const;
const readAll = (blocks: readonly Block[], after = STREAM_START): readonly StreamEntry[] =>
  blocks.flatMap((block) => [...readBlock(block, after, shapes)]);

describe('blocks', () => {
  it('hold changes of any size in their order, each with its transaction', () => {
    const writer = createBlockWriter({ epoch: 3, lsn: 0n, ordinal: 0 });
    const sizes = [1, 7_900, 8_000, 20_000, 0, 500_000, 3];
    for (let lsn = 1n; lsn <= 3n; lsn++) {
      writer.begin(transaction(lsn, `{"kind":"user","id":"${lsn}"}`));
      for (const [i, size] of sizes.entries()) writer.row(row(i + 1, 'x'.repeat(size)));
      writer.end(lsn + 1n);
    }
    const blocks = writer.take(1_000);
    const rest = writer.take(1_000);
    const entries = readAll([...blocks, ...rest]) as readonly Change[];
    expect(entries.map(({ position }) => `${position.epoch} ${position.lsn} ${position.ordinal}`)).toEqual(
      [1, 2, 3].flatMap((lsn) => sizes.map((_, i) => `3 ${lsn} ${i + 1}`)),
    );
    expect(entries.map(({ after }) => after!.get('text')!.length)).toEqual([1, 2, 3].flatMap(() => sizes));
    expect(entries.map(({ transaction: { origin } }) => origin.id)).toEqual(
      [1, 2, 3].flatMap((lsn) => sizes.map(() => String(lsn))),
    );
    expect(writer.waiting).toBe(0);
    expect(rest.at(-1)!.readTo).toBe(4n);
    expect(writer.last).toEqual({ epoch: 3, lsn: 3n, ordinal: 7 });
  });

  it('are read from any place on, without what was not asked for', () => {
    const writer = createBlockWriter({ epoch: 1, lsn: 0n, ordinal: 0 });
    writer.begin(transaction(9n));
    for (let i = 1; i <= 5; i++) writer.row({ ...row(i, 'a'), table: i % 2 === 0 ? 8 : 7 });
    const blocks = writer.take(1);
    const ordinals = (after: typeof STREAM_START) =>
      readAll(blocks, after).map(({ position }) => position.ordinal);
    expect(ordinals(STREAM_START)).toEqual([1, 3, 5]);
    expect(ordinals({ epoch: 1, lsn: 9n, ordinal: 3 })).toEqual([5]);
    expect(ordinals({ epoch: 1, lsn: 10n, ordinal: 0 })).toEqual([]);
    expect(ordinals({ epoch: 0, lsn: 99n, ordinal: 0 })).toEqual([1, 3, 5]);
  });

  it('that were damaged are refused, not guessed at', () => {
    const writer = createBlockWriter({ epoch: 1, lsn: 0n, ordinal: 0 });
    writer.begin(transaction(9n));
    writer.row(row(1, 'a'));
    const [block] = writer.take(1);
    const { body } = block!;
    for (let length = 0; length < body.length; length++) {
      // What ends between two entries is a shorter block.
      if (length === 1 || length === 30) continue;
      expect(() => readAll([{ ...block!, body: body.subarray(0, length) }]), String(length)).toThrow(
        /CHANGES-109/,
      );
    }
    expect(() => readAll([{ ...block!, body: Buffer.from([9]) }])).toThrow(/CHANGES-109/);
  });
});

describe('the window of the tail', () => {
  const block = (lsn: bigint): Block => ({ epoch: 1, lsn, ordinal: 1, entries: 1, body: Buffer.alloc(100) });
  it('has what came last, and says where it has nothing', () => {
    const window = createTailWindow(1_000);
    expect(window.findAfter(STREAM_START)).toBeUndefined();
    window.begin({ epoch: 1, lsn: 5n, ordinal: 0 });
    for (let lsn = 6n; lsn < 30n; lsn++) window.add(block(lsn));
    expect(window.findAfter({ epoch: 1, lsn: 5n, ordinal: 0 })).toBeUndefined();
    expect(window.findAfter({ epoch: 1, lsn: 28n, ordinal: 1 })!.map(({ lsn }) => lsn)).toEqual([29n]);
    expect(window.findAfter({ epoch: 1, lsn: 29n, ordinal: 0 })!.map(({ lsn }) => lsn)).toEqual([29n]);
    expect(window.findAfter({ epoch: 1, lsn: 29n, ordinal: 1 })).toEqual([]);
  });
});

describe('a commit time', () => {
  it('is a text with microseconds', () => {
    expect(toIsoTime(0n)).toBe('2000-01-01T00:00:00.000000Z');
    expect(toIsoTime(-1n)).toBe('1999-12-31T23:59:59.999999Z');
    expect(toIsoTime(849_000_000_123_456n)).toBe('2026-11-26T09:20:00.123456Z');
  });
});
