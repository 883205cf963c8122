// Text: copied byte by byte while COPY's four special characters are escaped and characters are counted.
import { type CellEncoder, Fault } from './cell-encoder.js';

const BACKSLASH = 0x5c;

/** Any text, however long. */
export const encodeText: CellEncoder = (bytes, start, end, out, pos) => {
  let to = pos;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === BACKSLASH) {
      out[to++] = BACKSLASH;
      out[to++] = BACKSLASH;
    } else if (byte <= 0x0d && byte >= 0x09) {
      to = putControl(byte, out, to);
    } else {
      out[to++] = byte;
    }
  }
  return to;
};

// Tab, line feed and carriage return would end the field or the line; vertical tab and form feed pass as they are.
function putControl(byte: number, out: Buffer, pos: number): number {
  const letter = byte === 0x09 ? 0x74 : byte === 0x0a ? 0x6e : byte === 0x0d ? 0x72 : 0;
  if (letter === 0) {
    out[pos] = byte;
    return pos + 1;
  }
  out[pos] = BACKSLASH;
  out[pos + 1] = letter;
  return pos + 2;
}

/** Text of at most `longest` characters. As in SQL, spaces beyond the length are cut off silently. */
export function textEncoderOfLength(longest: number): CellEncoder {
  return (bytes, start, end, out, pos) => {
    // Fewer bytes than characters allowed: nothing to count.
    if (end - start <= longest) return encodeText(bytes, start, end, out, pos);
    const cut = skipCharacters(bytes, start, end, longest);
    for (let i = cut; i < end; i++) if (bytes[i] !== 0x20) return Fault.length;
    return encodeText(bytes, start, cut, out, pos);
  };
}

/** `char(n)`: trailing blanks mean nothing, so they are not written. */
export function paddedTextEncoder(longest: number): CellEncoder {
  return (bytes, start, end, out, pos) => {
    let last = end;
    while (last > start && bytes[last - 1] === 0x20) last--;
    if (last - start > longest && skipCharacters(bytes, start, last, longest) < last) return Fault.length;
    return encodeText(bytes, start, last, out, pos);
  };
}

function skipCharacters(bytes: Buffer, start: number, end: number, count: number): number {
  let seen = 0;
  for (let i = start; i < end; i++) {
    // A byte that does not continue a character begins one.
    if ((bytes[i]! & 0xc0) !== 0x80 && ++seen > count) return i;
  }
  return end;
}
