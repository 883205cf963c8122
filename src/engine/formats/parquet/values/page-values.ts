// The values of a page, by the way they are written. All of them are made one by one when they are taken.
import type { SchemaElement } from '../footer/schema-element.js';
import type { Encoding } from '../pages/page-header.js';
import { broken, tooMuch } from '../parquet-problems.js';
import { deltaBytes, deltaLengthBytes } from './delta-bytes.js';
import { DeltaNumbers } from './delta-numbers.js';
import { HybridRuns } from './hybrid-runs.js';
import { endsEarly, findFixedType, plainValues, type TakeValue } from './plain-values.js';

/** Either values, or indexes of the dictionary. */
export type PageValues = { readonly take: TakeValue } | { readonly indexes: HybridRuns };

/** The values that begin at `from`, `most` of them at most. Throws FORMATS-134 for broken ones, 135 for ways nobody here knows. */
export function readPageValues(
  bytes: Buffer,
  from: number,
  about: { readonly element: SchemaElement; readonly encoding: Encoding; readonly most: number },
): PageValues {
  const { element, encoding, most } = about;
  const isNumber = element.type === 'INT32' || element.type === 'INT64';
  const isBytes = element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY';
  // A page of NULLs may have no byte for its values.
  if (from >= bytes.length) {
    return {
      take: () => {
        throw endsEarly();
      },
    };
  }
  switch (encoding) {
    case 'PLAIN':
      return { take: plainValues(bytes, from, element) };
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const width = bytes[from]!;
      if (width > 32) throw broken('indexes are wider than numbers are');
      return { indexes: new HybridRuns(bytes, { from: from + 1, to: bytes.length, width, most }) };
    }
    case 'RLE': {
      if (element.type !== 'BOOLEAN') break;
      const to = readEnd(bytes, from);
      const runs = new HybridRuns(bytes, { from: from + 4, to, width: 1, most });
      return { take: () => runs.next() === 1 };
    }
    case 'DELTA_BINARY_PACKED': {
      if (!isNumber) break;
      const numbers = new DeltaNumbers(bytes, from, { wide: element.type === 'INT64', most });
      return { take: () => numbers.next() };
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      if (!isBytes) break;
      return { take: deltaLengthBytes(bytes, from, most) };
    case 'DELTA_BYTE_ARRAY':
      if (!isBytes) break;
      return { take: deltaBytes(bytes, from, most) };
    case 'BYTE_STREAM_SPLIT':
      return { take: splitValues(bytes, from, element) };
    default:
  }
  throw tooMuch(`has ${element.type} values written as ${encoding}`, 'Write it with another encoding.');
}

/** Where a part ends whose length stands before it. */
export function readEnd(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw endsEarly();
  const end = at + 4 + bytes.readUInt32LE(at);
  if (end > bytes.length) throw broken('a page is shorter than its levels');
  return end;
}

/** The first bytes of all values, then the second ones, and so on. */
function splitValues(bytes: Buffer, from: number, element: SchemaElement): TakeValue {
  const fixed = findFixedType(element);
  if (fixed === undefined) throw broken('values of any length are split by bytes');
  const { width, read } = fixed;
  const count = Math.floor((bytes.length - from) / width);
  const value = Buffer.alloc(width);
  let i = 0;
  return () => {
    if (i >= count) throw endsEarly();
    for (let b = 0; b < width; b++) value[b] = bytes[from + b * count + i]!;
    i++;
    return read(value, 0);
  };
}
