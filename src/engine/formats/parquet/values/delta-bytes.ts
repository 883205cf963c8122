// Bytes whose lengths come first, packed (DELTA_LENGTH_BYTE_ARRAY), and bytes that begin as those before (DELTA_BYTE_ARRAY).
import { broken, tooMuch } from '../parquet-problems.js';
import { MAX_VALUE } from '../read-budget.js';
import { DeltaNumbers, findDeltaEnd } from './delta-numbers.js';

/** `most`: values there can be. */
export function deltaLengthBytes(bytes: Buffer, from: number, most: number): () => Buffer {
  const lengths = new DeltaNumbers(bytes, from, { wide: false, most });
  let at = findDeltaEnd(bytes, from);
  return () => {
    const length = lengths.nextSmall();
    if (!(length >= 0 && at + length <= bytes.length)) throw broken('a text is longer than its page');
    at += length;
    return bytes.subarray(at - length, at);
  };
}

/** Values share their memory: the beginning that one has in common with the one before it is never copied. */
export function deltaBytes(bytes: Buffer, from: number, most: number): () => Buffer {
  const prefixes = new DeltaNumbers(bytes, from, { wide: false, most });
  const suffixes = deltaLengthBytes(bytes, findDeltaEnd(bytes, from), most);
  let value = Buffer.allocUnsafeSlow(256);
  let filled = 0;
  return () => {
    const prefix = prefixes.nextSmall();
    if (!(prefix >= 0 && prefix <= filled)) throw broken('a text continues more than there was before it');
    const suffix = suffixes();
    filled = prefix + suffix.length;
    if (filled > MAX_VALUE) throw tooMuch(`has a value of ${filled} bytes`);
    if (filled > value.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(filled, value.length * 2));
      value.copy(larger, 0, 0, prefix);
      value = larger;
    }
    suffix.copy(value, prefix);
    return value.subarray(0, filled);
  };
}
