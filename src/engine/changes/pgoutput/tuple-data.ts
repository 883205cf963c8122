// The values of one row as pgoutput sends them (TupleData), and as the log keeps them: read when somebody wants them.
import { ByteReader } from './byte-reader.js';

/** What a value may be besides a text: SQL's NULL, or stored apart and unchanged, so that it wasn't sent. */
export const UNCHANGED = Symbol('unchanged');
export type TupleValue = string | null | typeof UNCHANGED;

/** Goes over a tuple without reading its values. Throws a RangeError where it isn't one. */
export function skipTuple(reader: ByteReader): void {
  for (let left = reader.int16(); left > 0; left--) {
    const kind = reader.byte();
    if (kind === TEXT) reader.skip(reader.int32());
    else if (kind !== NULL && kind !== TOASTED) throw new RangeError('an unknown kind of value');
  }
}

/** In the order of the columns. */
export function readTuple(tuple: Buffer): readonly TupleValue[] {
  const reader = new ByteReader(tuple);
  const values: TupleValue[] = [];
  for (let left = reader.int16(); left > 0; left--) {
    const kind = reader.byte();
    if (kind === NULL) values.push(null);
    else if (kind === TOASTED) values.push(UNCHANGED);
    else if (kind === TEXT) values.push(reader.slice(reader.int32()).toString('utf8'));
    else throw new RangeError('an unknown kind of value');
  }
  return values;
}

/** The same the other way, for rows that did not come from pgoutput. */
export function toTuple(values: readonly (Buffer | null | typeof UNCHANGED)[]): Buffer {
  const size = values.reduce((sum, value) => sum + (Buffer.isBuffer(value) ? 5 + value.length : 1), 2);
  const tuple = Buffer.allocUnsafe(size);
  let at = tuple.writeInt16BE(values.length, 0);
  for (const value of values) {
    if (value === null) at = tuple.writeUInt8(NULL, at);
    else if (value === UNCHANGED) at = tuple.writeUInt8(TOASTED, at);
    else {
      at = tuple.writeUInt8(TEXT, at);
      at = tuple.writeInt32BE(value.length, at);
      at += value.copy(tuple, at);
    }
  }
  return tuple;
}

const NULL = 0x6e;
const TEXT = 0x74;
const TOASTED = 0x75;
