// json and jsonb: cells that are JSON text already, strings of typed sources, and JSON arrays for array fields.
import { type CellEncoder, Fault } from './cell-encoder.js';
import { encodeText } from './text-encoder.js';

/** JSON text, checked. Depth is the server's to limit; size was limited by the reader. */
export const encodeJson: CellEncoder = (bytes, start, end, out, pos) => {
  const text = bytes.toString('utf8', start, end);
  try {
    JSON.parse(text);
  } catch {
    return Fault.json;
  }
  // jsonb has no room for NUL, and neither takes half of a surrogate pair.
  if (text.includes('\\u') && hasForbiddenEscape(text)) return Fault.json;
  return encodeText(bytes, start, end, out, pos);
};

function hasForbiddenEscape(text: string): boolean {
  const decoded = JSON.stringify(JSON.parse(text));
  // JSON.stringify writes a lone surrogate and NUL as escapes again; a whole pair comes out as the character.
  return /\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(decoded.replaceAll('\\\\', ''));
}

/** A string of a source with types: becomes a JSON string. May grow sevenfold. */
export const encodeJsonString: CellEncoder = (bytes, start, end, out, pos) => {
  const json = Buffer.from(JSON.stringify(bytes.toString('utf8', start, end)));
  return encodeText(json, 0, json.length, out, pos);
};

/** A JSON array as PostgreSQL's array literal: `[1,"a"]` is `{1,"a"}`; null stays null, objects become JSON text. May grow fourfold. */
export const encodeJsonArray: CellEncoder = (bytes, start, end, out, pos) => {
  const value: unknown = JSON.parse(bytes.toString('utf8', start, end));
  if (!Array.isArray(value)) return Fault.nested;
  const array = Buffer.from(toArrayLiteral(value));
  return encodeText(array, 0, array.length, out, pos);
};

function toArrayLiteral(values: readonly unknown[]): string {
  const parts = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return toArrayLiteral(value);
    const text =
      typeof value === 'object' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value);
    return `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}

/** A scalar of a typed source for any field that is not JSON; objects and arrays have no text of their own. */
export function scalarEncoder(encode: CellEncoder): CellEncoder {
  return (bytes, start, end, out, pos) => {
    const first = bytes[start];
    if (first === 0x7b || first === 0x5b) return Fault.nested;
    return encode(bytes, start, end, out, pos);
  };
}
