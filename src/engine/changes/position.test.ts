import { describe, expect, it } from 'vitest';
import {
  comparePositions,
  formatLsn,
  formatPosition,
  parseLsn,
  parsePosition,
  STREAM_START,
} from './position.js';

const at = (epoch: number, lsn: bigint, ordinal: number) => ({ epoch, lsn, ordinal });

describe('a position', () => {
  it('comes back from its text', () => {
    for (const position of [STREAM_START, at(1, 0x16b3748n, 1), at(12, 0xffffffffffffffffn, 0xffffffff)]) {
      expect(parsePosition(formatPosition(position))).toEqual(position);
    }
    expect(formatPosition(at(1, 0x16b3748n, 1))).toBe('1-00000000016B3748-00000001');
  });

  it('is told from what is none', () => {
    for (const text of ['', '1', '1-2', '1-2-3-4', '01-2-3', '1-G-1', ' 1-2-3', '1-2-3\n', '-1-2-3']) {
      expect(parsePosition(text), text).toBeUndefined();
    }
  });

  it('is ordered by epoch, then commit, then place in the transaction', () => {
    const ordered = [STREAM_START, at(1, 1n, 0), at(1, 1n, 1), at(1, 2n, 0), at(2, 1n, 1)];
    const mixed = [...ordered].reverse().sort(comparePositions);
    expect(mixed).toEqual(ordered);
    expect(mixed.map(formatPosition).sort()).toEqual(ordered.map(formatPosition));
  });
});

describe('an LSN', () => {
  it('is written as PostgreSQL does', () => {
    expect(formatLsn(0x16b3748n)).toBe('0/16B3748');
    expect(formatLsn(0x1_0000_0000n)).toBe('1/0');
    expect(parseLsn('A/FFFFFFFF')).toBe(0xa_ffffffffn);
  });
});
