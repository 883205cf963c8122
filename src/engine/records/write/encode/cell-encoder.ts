// How a cell becomes a field of PostgreSQL's COPY text format. Encoders judge values exactly as the server would,
// so that a bad cell is found here, by row and column, and not by a failing statement.

/**
 * Writes the value `bytes[start..end)` at `out[pos]` and returns the position after it, or a negative `Fault`.
 * `out` has room for twice the cell's length and 64 bytes more. Equal values are written in equal bytes wherever the
 * type allows it, because the identity of a row is compared in this form.
 */
export type CellEncoder = (bytes: Buffer, start: number, end: number, out: Buffer, pos: number) => number;

/** Why a cell can't be a value of its field's type. */
export const Fault = {
  integer: -1,
  range: -2,
  number: -3,
  length: -4,
  boolean: -5,
  date: -6,
  timestamp: -7,
  time: -8,
  uuid: -9,
  json: -10,
  bytea: -11,
  label: -12,
  nested: -13,
  precision: -14,
} as const;
export type FaultNumber = (typeof Fault)[keyof typeof Fault];

export const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Copies ASCII text that needs no escaping. */
export function putAscii(text: string, out: Buffer, pos: number): number {
  for (let i = 0; i < text.length; i++) out[pos + i] = text.charCodeAt(i);
  return pos + text.length;
}
