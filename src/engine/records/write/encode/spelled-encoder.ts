// The encoder of a field whose cells are spelled in the source's own way. Without a spelling it is the plain encoder itself.
import type { ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import type { FieldType } from '../../../catalog/catalog.js';
import { type CellEncoder, Fault } from './cell-encoder.js';
import { encoderFor, type FieldEncoder } from './field-encoder.js';
import { spelledNumber } from './spelled-number.js';
import { spelledDate, spelledTime, spelledTimestamp } from './spelled-time.js';

const INTEGERS = new Set(['int2', 'int4', 'int8', 'oid']);
const NUMBERS = new Set(['numeric', 'float4', 'float8']);

/** As `encoderFor`, but cells are read as `spelling` says. Constants and defaults stay PostgreSQL's own text: `plain`. */
export function spelledEncoderFor(type: FieldType, spelling: ValueSpelling | undefined): FieldEncoder {
  const encoder = encoderFor(type);
  const text = spelling && !type.array ? spell(encoder.text, type, spelling) : undefined;
  if (text === undefined) return encoder;
  return { ...encoder, text, string: text, plain: encoder.text };
}

const TIMES = new Set(['date', 'timestamp', 'timestamptz', 'time']);

/** The spellings of NULL for a field of the type; undefined if there are none. */
export function nullSpellingsFor(
  type: FieldType,
  spelling: ValueSpelling | undefined,
): readonly Buffer[] | undefined {
  const { base } = type;
  // To any other type, an enum for one, such a word may be a value.
  const plain = !type.array && (INTEGERS.has(base) || NUMBERS.has(base) || TIMES.has(base));
  const texts = [...(spelling?.null ?? []), ...(plain ? (spelling?.noValue ?? []) : [])];
  return texts.length === 0 ? undefined : texts.map((text) => Buffer.from(text));
}

export function isNullSpelling(
  spellings: readonly Buffer[],
  bytes: Buffer,
  from: number,
  to: number,
): boolean {
  for (const spelling of spellings) {
    if (spelling.length === to - from && bytes.compare(spelling, 0, spelling.length, from, to) === 0)
      return true;
  }
  return false;
}

function spell(plain: CellEncoder, type: FieldType, spelling: ValueSpelling): CellEncoder | undefined {
  const { base } = type;
  const numbers =
    spelling.decimal !== undefined ||
    spelling.thousands !== undefined ||
    spelling.currency === true ||
    spelling.percent !== undefined;
  if (INTEGERS.has(base)) return numbers ? spelledNumber(plain, spelling, Fault.integer) : undefined;
  if (NUMBERS.has(base)) return numbers ? spelledNumber(plain, spelling, Fault.number) : undefined;
  if (base === 'bool') return spelling.true || spelling.false ? spelledBoolean(plain, spelling) : undefined;
  const ordered = spelling.dateOrder !== undefined && spelling.dateOrder !== 'iso';
  if (base === 'time') return ordered || spelling.clock === true ? spelledTime(plain) : undefined;
  if (!ordered) return undefined;
  if (base === 'date') return spelledDate(plain, spelling);
  return base === 'timestamp' || base === 'timestamptz' ? spelledTimestamp(plain, spelling) : undefined;
}

function spelledBoolean(plain: CellEncoder, spelling: ValueSpelling): CellEncoder {
  const toWord = (word: string) => word.trim().toLowerCase();
  const yes = new Set(spelling.true?.map(toWord));
  const no = new Set(spelling.false?.map(toWord));
  return (bytes, start, end, out, pos) => {
    const word = end - start > 100 ? undefined : toWord(bytes.toString('utf8', start, end));
    const known = word === undefined ? undefined : yes.has(word) ? 0x74 : no.has(word) ? 0x66 : undefined;
    if (known === undefined) return plain(bytes, start, end, out, pos);
    out[pos] = known;
    return pos + 1;
  };
}
