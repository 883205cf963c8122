// Rows of `copy … to stdout`, in its text format: every value just as PostgreSQL's own output function writes it.

/** Called with the values of each row: views, but where something was escaped. */
export interface CopyLines {
  take(piece: Buffer, row: (values: readonly (Buffer | null)[]) => void): void;
}

export function createCopyLines(): CopyLines {
  let rest: Buffer = Buffer.alloc(0);
  return {
    take(piece, row) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        row(readLine(bytes, from, end));
        from = end + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
    },
  };
}

function readLine(bytes: Buffer, from: number, end: number): readonly (Buffer | null)[] {
  const values: (Buffer | null)[] = [];
  let start = from;
  let isEscaped = false;
  for (let at = from; ; at++) {
    if (at < end && bytes[at] !== TAB) {
      if (bytes[at] === BACKSLASH) isEscaped = true;
      continue;
    }
    const field = bytes.subarray(start, at);
    values.push(isEscaped ? fromEscaped(field) : field);
    if (at >= end) return values;
    start = at + 1;
    isEscaped = false;
  }
}

function fromEscaped(field: Buffer): Buffer | null {
  if (field.length === 2 && field[1] === 0x4e) return null;
  const value = Buffer.allocUnsafe(field.length);
  let length = 0;
  for (let at = 0; at < field.length; at++) {
    const byte = field[at]!;
    value[length++] = byte === BACKSLASH ? (ESCAPES.get(field[++at]!) ?? field[at]!) : byte;
  }
  return value.subarray(0, length);
}

const NEWLINE = 0x0a;
const TAB = 0x09;
const BACKSLASH = 0x5c;
const ESCAPES = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x76, 0x0b],
]);
