// Boolean, uuid, bytea and enum.
import { type CellEncoder, Fault, isBlank, putAscii } from './cell-encoder.js';

const TRUE = new Set(['t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1']);
const FALSE = new Set(['f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0']);

/** The spellings of PostgreSQL's manual, in any case. */
export const encodeBoolean: CellEncoder = (bytes, start, end, out, pos) => {
  if (end - start === 1) {
    // One letter is by far the most frequent spelling.
    const byte = bytes[start]! | 0x20;
    if (byte === 0x74 || byte === 0x79 || byte === 0x31) out[pos] = 0x74;
    else if (byte === 0x66 || byte === 0x6e || byte === 0x30) out[pos] = 0x66;
    else return Fault.boolean;
    return pos + 1;
  }
  if (end - start > 40) return Fault.boolean;
  const word = bytes.toString('latin1', start, end).trim().toLowerCase();
  if (TRUE.has(word)) out[pos] = 0x74;
  else if (FALSE.has(word)) out[pos] = 0x66;
  else return Fault.boolean;
  return pos + 1;
};

const UUID = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/;

/** Written in lower case with hyphens, whatever the spelling. */
export const encodeUuid: CellEncoder = (bytes, start, end, out, pos) => {
  if (end - start > 60) return Fault.uuid;
  const text = bytes.toString('latin1', start, end).trim().toLowerCase();
  if (!UUID.test(text) || text.startsWith('{') !== text.endsWith('}')) return Fault.uuid;
  const hex = text.replace(/[{}-]/g, '');
  return putAscii(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    out,
    pos,
  );
};

/** Hexadecimal form only (`\x…`): the older escape form looks like any text and would let typing errors through. */
export const encodeBytea: CellEncoder = (bytes, start, end, out, pos) => {
  if (bytes[start] !== 0x5c || bytes[start + 1] !== 0x78 || (end - start) % 2 !== 0) return Fault.bytea;
  let to = pos;
  out[to++] = 0x5c;
  out[to++] = 0x5c;
  out[to++] = 0x78;
  for (let i = start + 2; i < end; i++) {
    const byte = bytes[i]!;
    const lower = byte | 0x20;
    const digit = (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
    if (!digit) return Fault.bytea;
    out[to++] = byte <= 0x39 ? byte : lower;
  }
  return to;
};

/** One of the labels, exactly; blanks around it are forgiven. */
export function enumEncoder(labels: readonly string[], encodeText: CellEncoder): CellEncoder {
  const known = new Set(labels);
  return (bytes, start, end, out, pos) => {
    if (known.has(bytes.toString('utf8', start, end))) return encodeText(bytes, start, end, out, pos);
    let from = start;
    let last = end;
    while (from < last && isBlank(bytes[from]!)) from++;
    while (last > from && isBlank(bytes[last - 1]!)) last--;
    if (!known.has(bytes.toString('utf8', from, last))) return Fault.label;
    return encodeText(bytes, from, last, out, pos);
  };
}
