// Which bytes mean something where in XML 1.0, and what references stand for: the five predefined ones and those by number.

export const LESS = 0x3c;
export const GREATER = 0x3e;
export const AMPERSAND = 0x26;
export const RETURN = 0x0d;
export const BRACKET = 0x5d;
export const SLASH = 0x2f;
export const EQUALS = 0x3d;
/** Begins every character from U+F000 on, the two that are none among them: U+FFFE and U+FFFF. */
export const HIGHEST = 0xef;

const isControl = (byte: number) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== RETURN;

function toTable(is: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (is(byte) ? 1 : 0));
}

/** Bytes of character data that have to be looked at. */
export const LOOK_AT = toTable(
  (byte) => isControl(byte) || [LESS, AMPERSAND, RETURN, BRACKET, HIGHEST].includes(byte),
);
/** Bytes of a value that is not written as it is meant, or ends it, or may not be there. */
export const VALUE_LOOK_AT = toTable(
  (byte) => byte < 0x20 || byte >= 0x80 || [LESS, AMPERSAND, 0x22, 0x27].includes(byte),
);
export const SPACE = toTable((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === RETURN);
const starts = (byte: number) => byte >= 0x80 || /[A-Za-z_:]/.test(String.fromCharCode(byte));
export const NAME_START = toTable(starts);
export const NAME_PART = toTable((byte) => starts(byte) || /[-.0-9]/.test(String.fromCharCode(byte)));

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** `&#x10FFFF;` with some zeros before it. */
export const LONGEST_REFERENCE = 20;

/** What `&name;` stands for; undefined for an entity nobody declared and for what is no character. */
export function findReferenced(name: string): string | undefined {
  if (Object.hasOwn(PREDEFINED, name)) return PREDEFINED[name];
  const code = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(name);
  if (!code) return undefined;
  const point = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
  const whole =
    point >= 0x20
      ? point < 0xd800 || (point > 0xdfff && point < 0xfffe) || (point > 0xffff && point <= 0x10ffff)
      : point === 0x09 || point === 0x0a || point === RETURN;
  return whole ? String.fromCodePoint(point) : undefined;
}

/** A value with its references resolved and its line ends and tabs as spaces; undefined if it holds what it may not. */
export function findValue(raw: string): string | undefined {
  let fine = !/[\ufffe\uffff]/.test(raw);
  const value = raw
    .replace(/\r\n?|[\n\t]/g, ' ')
    .replace(/&([^;]{0,20};)?/g, (_, name: string | undefined) => {
      const meant = name === undefined ? undefined : findReferenced(name.slice(0, -1));
      if (meant === undefined) fine = false;
      return meant ?? '';
    });
  return fine ? value : undefined;
}

/** Bytes at the end that are the beginning of a character of UTF-8. */
export function countUnfinished(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
