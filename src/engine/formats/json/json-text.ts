// JSON strings between their two forms: escaped in the source, plain UTF-8 in a cell.

/** What stands for a character after a backslash; 0 where nothing may. */
const SIMPLE = new Uint8Array(128);
for (const [sign, byte] of [
  ['"', 34],
  ['\\', 92],
  ['/', 47],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const) {
  SIMPLE[sign.charCodeAt(0)] = byte;
}

export function isSimpleEscape(byte: number): boolean {
  return byte < 128 && SIMPLE[byte] !== 0;
}

/** Value of a hexadecimal digit, -1 for anything else. */
export function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

export interface Unescaped {
  readonly end: number;
  /** What PostgreSQL can't store as text: a NUL, half of a surrogate pair. */
  readonly trouble?: 'nul' | 'surrogate';
}

/** Resolves the escapes of the checked string content bytes[from..to) in place. The rest is filled with blanks. */
export function unescapeJson(bytes: Buffer, from: number, to: number): Unescaped {
  let out = from;
  let trouble: Unescaped['trouble'];
  for (let p = from; p < to; ) {
    const byte = bytes[p]!;
    if (byte !== 92) {
      bytes[out++] = byte;
      p++;
    } else if (bytes[p + 1] !== 117) {
      bytes[out++] = SIMPLE[bytes[p + 1]!]!;
      p += 2;
    } else {
      let code = readHex(bytes, p + 2);
      p += 6;
      if (code >= 0xd800 && code <= 0xdbff && p + 6 <= to && bytes[p] === 92 && bytes[p + 1] === 117) {
        const low = readHex(bytes, p + 2);
        if (low >= 0xdc00 && low <= 0xdfff) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          p += 6;
        }
      }
      if (code === 0) trouble = 'nul';
      else if (code >= 0xd800 && code <= 0xdfff) trouble = 'surrogate';
      out = putCharacter(bytes, out, code === 0 || (code >= 0xd800 && code <= 0xdfff) ? 63 : code);
    }
  }
  bytes.fill(32, out, to);
  return trouble ? { end: out, trouble } : { end: out };
}

function readHex(bytes: Buffer, at: number): number {
  return (
    (hexValue(bytes[at]!) << 12) |
    (hexValue(bytes[at + 1]!) << 8) |
    (hexValue(bytes[at + 2]!) << 4) |
    hexValue(bytes[at + 3]!)
  );
}

function putCharacter(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 63);
    return at + 2;
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 63);
    bytes[at + 2] = 0x80 | (code & 63);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 63);
  bytes[at + 2] = 0x80 | ((code >> 6) & 63);
  bytes[at + 3] = 0x80 | (code & 63);
  return at + 4;
}
