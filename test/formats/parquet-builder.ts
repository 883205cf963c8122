// Parquet files made byte by byte, so that they can claim what no writer would.

/** A field of a thrift struct: its number, its type, its bytes. */
export type Field = readonly [id: number, type: number, bytes: Buffer];

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export const zigzag = (value: number | bigint): Buffer => {
  const n = BigInt(value);
  return varint(n < 0n ? -2n * n - 1n : 2n * n);
};

export const i32 = (id: number, value: number): Field => [id, 5, zigzag(value)];
export const i64 = (id: number, value: number): Field => [id, 6, zigzag(value)];
export const text = (id: number, value: string): Field => [
  id,
  8,
  Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]),
];
export const nested = (id: number, ...fields: Field[]): Field => [id, 12, struct(...fields)];

export function list(id: number, type: number, items: readonly Buffer[]): Field {
  const head =
    items.length < 15
      ? Buffer.from([(items.length << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(items.length)]);
  return [id, 9, Buffer.concat([head, ...items])];
}

/** Fields in any order; each with its number in full where it can't be told by the one before. */
export function struct(...fields: Field[]): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [id, type, bytes] of fields) {
    const delta = id - last;
    if (delta > 0 && delta < 16) parts.push(Buffer.from([(delta << 4) | type]));
    else parts.push(Buffer.from([type]), zigzag(id));
    parts.push(bytes);
    last = id;
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

export const TYPE = { boolean: 0, int32: 1, int64: 2, double: 5, bytes: 6, fixed: 7 } as const;
export const REQUIRED = 0;
export const OPTIONAL = 1;
export const REPEATED = 2;
export const ENCODING = {
  plain: 0,
  rle: 3,
  delta: 5,
  deltaLength: 6,
  deltaBytes: 7,
  dictionary: 8,
  split: 9,
} as const;
export const CODEC = { none: 0, snappy: 1, gzip: 2, brotli: 4, lz4: 5, zstd: 6, lz4Raw: 7 } as const;

/** A data page of the first kind. `further`: fields of its header. */
export function dataPage(
  body: Buffer,
  about: {
    readonly values: number;
    readonly encoding?: number;
    readonly unpacked?: number;
    readonly further?: readonly Field[];
  },
): Buffer {
  const header = struct(
    i32(1, 0),
    i32(2, about.unpacked ?? body.length),
    i32(3, body.length),
    nested(5, i32(1, about.values), i32(2, about.encoding ?? ENCODING.plain), i32(3, 3), i32(4, 3)),
    ...(about.further ?? []),
  );
  return Buffer.concat([header, body]);
}

export function dictionaryPage(body: Buffer, values: number, unpacked = body.length): Buffer {
  return Buffer.concat([
    struct(i32(1, 2), i32(2, unpacked), i32(3, body.length), nested(7, i32(1, values), i32(2, 0))),
    body,
  ]);
}

/** Bytes with their length before them, as levels and values stand. */
export function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return Buffer.concat([size, bytes]);
}

/** A run of one value. */
export const run = (count: number, value: number, width = 1): Buffer =>
  Buffer.concat([
    varint(BigInt(count) * 2n),
    Buffer.from([value, 0, 0, 0]).subarray(0, Math.ceil(width / 8)),
  ]);

export interface BuiltColumn {
  readonly type: number;
  readonly repetition?: number;
  readonly length?: number;
  /** Fields of the schema element. */
  readonly further?: readonly Field[];
  readonly codec?: number;
  /** Values the footer says; default the rows. */
  readonly values?: number;
  readonly pages: readonly Buffer[];
}

/** A file of one row group. `footer` changes its bytes at last. */
export function toParquet(
  rows: number,
  columns: readonly BuiltColumn[],
  footer: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Buffer {
  const parts = [Buffer.from('PAR1')];
  let at = 4;
  const chunks = columns.map(({ type, codec, values, pages }, i) => {
    const bytes = Buffer.concat(pages);
    const from = at;
    parts.push(bytes);
    at += bytes.length;
    return struct(
      i64(2, from),
      nested(
        3,
        i32(1, type),
        list(2, 5, []),
        list(3, 8, [text(0, `c${i}`)[2]]),
        i32(4, codec ?? CODEC.none),
        i64(5, values ?? rows),
        i64(6, bytes.length),
        i64(7, bytes.length),
        i64(9, from),
      ),
    );
  });
  const elements = columns.map(({ type, repetition, length, further }, i) =>
    struct(
      i32(1, type),
      ...(length === undefined ? [] : [i32(2, length)]),
      i32(3, repetition ?? REQUIRED),
      text(4, `c${i}`),
      ...(further ?? []),
    ),
  );
  const group = struct(list(1, 12, chunks), i64(2, at), i64(3, rows));
  const schema = [struct(text(4, 'schema'), i32(5, columns.length)), ...elements];
  return toFile(parts, footer(struct(i32(1, 1), list(2, 12, schema), i64(3, rows), list(4, 12, [group]))));
}

/** What stands around a footer. */
export function toFile(before: readonly Buffer[], footer: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(footer.length);
  return Buffer.concat([...before, footer, size, Buffer.from('PAR1')]);
}
