// A record as PostgreSQL writes a row, `(1,"a ""b""",)`, made into what the log keeps (pgoutput's TupleData): so the log has one form,
// however changes are captured.

const NULL = 0x6e;
const TEXT = 0x74;

/**
 * The values but those at the places of `left`. Throws a RangeError where the text is no row, or has not `columns` values.
 */
export function toTupleData(literal: string, columns: number, left: ReadonlySet<number>): Buffer {
  const values = fromRowLiteral(literal);
  // A row of one column that is null is "()", as one without columns is.
  if (values.length !== columns && !(columns === 0 && literal === '()')) {
    throw new RangeError(`a row has ${values.length} values where ${columns} were expected`);
  }
  const kept = columns === 0 ? [] : values.filter((_, place) => !left.has(place));
  const texts = kept.map((value) => (value === null ? null : Buffer.from(value)));
  const tuple = Buffer.allocUnsafe(
    texts.reduce((sum, text) => sum + (text === null ? 1 : 5 + text.length), 2),
  );
  let at = tuple.writeInt16BE(texts.length, 0);
  for (const text of texts) {
    at = tuple.writeUInt8(text === null ? NULL : TEXT, at);
    if (text === null) continue;
    at = tuple.writeInt32BE(text.length, at);
    at += text.copy(tuple, at);
  }
  return tuple;
}

/** The values in order; what is not written at all is null. Throws a RangeError where the text is no row. */
export function fromRowLiteral(literal: string): readonly (string | null)[] {
  if (!literal.startsWith('(') || !literal.endsWith(')')) throw new RangeError('a row stands in brackets');
  const end = literal.length - 1;
  const values: (string | null)[] = [];
  let at = 1;
  for (;;) {
    if (literal[at] === '"') {
      const [value, next] = readQuoted(literal, at + 1, end);
      values.push(value);
      at = next;
    } else {
      const comma = literal.indexOf(',', at);
      const stop = comma < 0 ? end : comma;
      values.push(stop === at ? null : literal.slice(at, stop));
      at = stop;
    }
    if (at === end) return values;
    if (literal[at] !== ',') throw new RangeError('a row has its values between commas');
    at++;
  }
}

/** Inside quotes, quotes and backslashes stand twice. */
function readQuoted(literal: string, from: number, end: number): readonly [value: string, next: number] {
  let value = '';
  let at = from;
  for (;;) {
    let stop = at;
    for (; stop < end; stop++) {
      const code = literal.charCodeAt(stop);
      if (code === 0x22 || code === 0x5c) break;
    }
    if (stop >= end) throw new RangeError('a quoted value of a row does not end');
    value += literal.slice(at, stop);
    const isTwice = literal[stop + 1] === literal[stop];
    if (isTwice && stop + 1 < end) {
      value += literal[stop];
      at = stop + 2;
    } else if (literal[stop] === '"') {
      return [value, stop + 1];
    } else {
      throw new RangeError('a backslash of a row stands alone');
    }
  }
}
