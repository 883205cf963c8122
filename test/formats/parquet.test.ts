// Parquet: every type exact, whatever the physical form; row groups; and what is said of files that are broken or lie.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createFailedRowsWriter, toFailedCells } from '../../src/engine/formats/failed-rows.js';
import { completeDetection, detectFormat } from '../../src/engine/formats/index.js';
import { parquetFormat } from '../../src/engine/formats/parquet/parquet-format.js';
import {
  findDays,
  findTimestampMicros,
  toDateText,
  toTimestampText,
} from '../../src/engine/formats/parquet/parquet-time.js';
import type {
  FormatOptions,
  SourceFile,
  ValueType,
  WriteRequest,
} from '../../src/engine/formats/table-format.js';
import { collect, NULL } from './read-table.js';

type Row = readonly (string | null)[];

function toFile(bytes: Uint8Array): SourceFile {
  return {
    size: bytes.length,
    read: async (position, length) => Buffer.from(bytes.subarray(position, position + length)),
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const read = (bytes: Uint8Array, options: FormatOptions = {}, batchRows?: number) =>
  collect(
    parquetFormat.read({
      bytes: nothing(),
      file: toFile(bytes),
      options,
      ...(batchRows === undefined ? {} : { batchRows }),
    }),
  );

async function write(request: Partial<WriteRequest> & { columns: readonly string[] }, rows: readonly Row[]) {
  const writer = parquetFormat.createWriter({ options: {}, ...request });
  const parts = [await writer.begin(), await writer.rows(rows), await writer.end()];
  return Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
}

/** One column of the library's own making, as other programs write it. */
const foreign = (element: Omit<SchemaElement, 'name'>, data: unknown[]) =>
  Buffer.from(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'c', repetition_type: 'OPTIONAL', ...element },
      ],
      columnData: [{ name: 'c', data }],
      statistics: false,
    }),
  );

describe('Parquet that is written', () => {
  const cases: readonly { type: ValueType; values: readonly string[]; expected?: readonly string[] }[] = [
    { type: 'int2', values: ['-32768', '0', '32767'] },
    { type: 'int4', values: ['-2147483648', '2147483647'] },
    { type: 'int8', values: ['-9223372036854775808', '9223372036854775807', '9007199254740993'] },
    { type: 'float4', values: ['0.1', '3.4028235e+38', '1.1754944e-38', '-0', '16777216', '1e-45'] },
    { type: 'float8', values: ['0.1', '1.7976931348623157e+308', '5e-324', '-0', '123456789012345680'] },
    { type: 'boolean', values: ['t', 'f'], expected: ['json:true', 'json:false'] },
    { type: 'date', values: ['2026-12-31', '0001-01-01', '0044-03-15 BC', '1600-02-29', '99999-12-31'] },
    { type: 'time', values: ['00:00:00', '23:59:59.999999', '24:00:00', '12:30:00.5'] },
    {
      type: 'timestamp',
      values: [
        '2026-12-31 23:59:59.999999',
        '1969-12-31 23:59:59.5',
        '0044-03-15 12:00:00 BC',
        '20000-01-01 00:00:00',
      ],
    },
    { type: 'json', values: ['{"a":1.00,"b":[null]}', 'null', '"x"', '12345678901234567890.1'] },
    { type: 'bytes', values: ['\\x', '\\x00ff'] },
    { type: 'text', values: ['', ' ', 'ünï 🦆', '\u0001', '{1,2}', 'infinity'] },
    { type: 'numeric', values: ['NaN', 'Infinity', '12345678901234567890.1234567890'] },
  ];

  it.each(cases)('keeps $type to the last digit, and NULL', async ({ type, values, expected }) => {
    const bytes = await write({ columns: ['c'], types: [type] }, [...values.map((value) => [value]), [null]]);
    const bare = ['int2', 'int4', 'int8', 'float4', 'float8', 'json'].includes(type);
    const wanted = expected ?? values.map((value) => (bare ? `json:${value}` : value));
    const { rows } = await read(bytes);
    expect(rows.map(([cell]) => cell)).toEqual([...wanted, NULL]);
  });

  it('keeps instants as UTC', async () => {
    const values = [
      '2026-12-31 23:59:59.5+00',
      '2026-06-01 12:00:00+02',
      '1900-01-01 00:00:00-05:30',
      '0001-01-01 00:00:00+00 BC',
    ];
    const bytes = await write(
      { columns: ['c'], types: ['timestamptz'] },
      values.map((value) => [value]),
    );
    expect((await read(bytes)).rows.flat()).toEqual([
      '2026-12-31 23:59:59.5+00',
      '2026-06-01 10:00:00+00',
      '1900-01-01 05:30:00+00',
      '0001-01-01 00:00:00+00 BC',
    ]);
  });

  it.each<[{ precision: number; scale: number }, string[]]>([
    [{ precision: 9, scale: 2 }, ['-1234567.89', '0.01', '0.00']],
    [{ precision: 18, scale: 4 }, ['12345678901234.5678', '-0.0001']],
    [{ precision: 38, scale: 10 }, ['1234567890123456789012345678.0123456789', '-0.0000000001']],
    [{ precision: 1000, scale: 2 }, ['1.00']],
  ])('keeps numeric of %j exact', async (size, values) => {
    const bytes = await write(
      { columns: ['c'], types: ['numeric'], sizes: [size] },
      values.map((value) => [value]),
    );
    const kind = size.precision > 38 ? '' : 'json:';
    expect((await read(bytes)).rows.flat()).toEqual(values.map((value) => `${kind}${value}`));
  });

  it.each<[ValueType, string]>([
    ['date', 'infinity'],
    ['timestamp', '-infinity'],
    ['timestamptz', 'infinity'],
    ['timestamp', '294276-12-31 23:59:59'],
    ['numeric', 'NaN'],
  ])('has no place for %s %s: it says where, and text has', async (type, value) => {
    const request = {
      columns: ['a', 'when'],
      types: ['text', type] as const,
      sizes: [undefined, { precision: 9, scale: 2 }],
    };
    const rows = [
      ['x', null],
      ['y', value],
    ];
    await expect(write(request, rows)).rejects.toMatchObject({
      code: 'FORMATS-332',
      pointer: { row: 2, column: 'when' },
    });
    const bytes = await write({ ...request, options: { texts: 'when' } }, rows);
    expect((await read(bytes)).rows[1]).toEqual(['y', value]);
  });

  it('comes in row groups, and is read in batches of any size, with memory that stays flat', async () => {
    const writer = parquetFormat.createWriter({
      columns: ['id', 'text'],
      types: ['int8', 'text'],
      options: {},
    });
    const parts = [await writer.begin()];
    const block = (from: number) =>
      Array.from({ length: 10_000 }, (_, i) => [String(from + i), `text ${(from + i) % 977}`]);
    for (let at = 0; at < 120_000; at += 10_000) parts.push(await writer.rows(block(at)));
    parts.push(await writer.end());
    const sizes = parts.map((part) => part.length);
    // Whole groups leave the writer before its end.
    expect(sizes.filter((size) => size > 1000).length).toBe(3);
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
    const found = await completeDetection(
      detectFormat(bytes.subarray(0, 1000), { whole: false }),
      toFile(bytes),
    );
    expect(found.says[0]).toBe('Parquet: 120000 rows in 3 row groups, 2 columns');
    const { rows, batches } = await read(bytes, {}, 777);
    expect(rows.length).toBe(120_000);
    expect(rows.every((row, i) => row[0] === `json:${i}` && row[1] === `text ${i % 977}`)).toBe(true);
    expect(Math.max(...batches)).toBe(777);
  });

  it('comes back from a file of failed rows with its types', async () => {
    const bytes = await write({ columns: ['id', 'data'], types: ['int4', 'json'] }, [
      ['1', '{"a":1}'],
      ['2', null],
    ]);
    for await (const batch of parquetFormat.read({ bytes: nothing(), file: toFile(bytes), options: {} })) {
      const writer = createFailedRowsWriter({ format: 'parquet', options: {}, columns: batch.columns });
      const rows = [0, 1].map((row) => ({ ...toFailedCells(batch, row), line: row + 1, errors: ['wrong'] }));
      const parts = [await writer.begin(), await writer.rows(rows), await writer.end()];
      const again = await read(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
      expect(again.columns).toEqual(['id', 'data', 'dovetail_error_line', 'dovetail_errors']);
      expect(again.rows).toEqual([
        ['json:1', 'json:{"a":1}', '1', 'wrong'],
        ['json:2', NULL, '2', 'wrong'],
      ]);
    }
  });
});

describe('the writer of Parquet', () => {
  it.each([
    ['compression', { compression: 'zip' }],
    ['texts', { texts: 7 }],
  ])('throws at once for %s that can’t be meant', (_name, options) => {
    expect(() => parquetFormat.createWriter({ columns: ['a'], options })).toThrow(
      expect.objectContaining({ code: 'FORMATS-108' }),
    );
  });

  it('and the reader load their libraries only when a file is at hand', () => {
    const folder = join(import.meta.dirname, '../../src/engine/formats/parquet');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const sources = files
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(sources.length).toBeGreaterThan(15);
    for (const source of sources) {
      expect(source).not.toMatch(/^(import|export) (?!type )[^;]*from '(?![.]|node:)/m);
    }
  });
});

describe('Parquet of other programs', () => {
  const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

  it.each<[string, Omit<SchemaElement, 'name'>, unknown[], string[]]>([
    [
      'milliseconds without logical type are instants',
      { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
      [1n, -1n],
      ['1970-01-01 00:00:00.001+00', '1969-12-31 23:59:59.999+00'],
    ],
    [
      'nanoseconds',
      { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } },
      [1_000_000_001n],
      ['1970-01-01 00:00:01.000000001'],
    ],
    ['time in milliseconds', { type: 'INT32', converted_type: 'TIME_MILLIS' }, [61_001], ['00:01:01.001']],
    ['unsigned 32 bits', { type: 'INT32', converted_type: 'UINT_32' }, [4_294_967_295], ['json:4294967295']],
    [
      'unsigned 64 bits',
      { type: 'INT64', converted_type: 'UINT_64' },
      [18_446_744_073_709_551_615n],
      ['json:18446744073709551615'],
    ],
    [
      'UUIDs',
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
      ['550e8400-e29b-41d4-a716-446655440000'],
      ['550e8400-e29b-41d4-a716-446655440000'],
    ],
    ['bytes', { type: 'BYTE_ARRAY' }, [bytes('00ff')], ['\\x00ff']],
    [
      'intervals',
      { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' },
      [bytes('0100000002000000dc050000')],
      ['1 mons 2 days 1.5 secs'],
    ],
    [
      'decimals in bytes',
      { type: 'BYTE_ARRAY', converted_type: 'DECIMAL', scale: 3, precision: 30 },
      [-1n, 123456789012345678901234n],
      ['json:-0.001', 'json:123456789012345678901.234'],
    ],
  ])('has %s', async (_name, element, data, expected) => {
    expect((await read(foreign(element, data))).rows.flat()).toEqual(expected);
  });

  const nested = () =>
    Buffer.from(
      parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 3 },
          { name: 'tags', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'brand', repetition_type: 'OPTIONAL', num_children: 2 },
          { name: 'name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'since', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
          { name: 'prices', repetition_type: 'OPTIONAL', converted_type: 'MAP', num_children: 1 },
          { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
          { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
          { name: 'value', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          { name: 'tags', data: [['a', null, '"'], [], null] },
          { name: 'brand', data: [{ name: 'Acme', since: 1 }, { name: null, since: null }, null] },
          { name: 'prices', data: [{ 'é€': 9_007_199_254_740_993n, xy: null }, {}, null] },
        ],
      }),
    );

  it('has lists and maps as JSON, and records as dotted columns', async () => {
    const table = await read(nested());
    expect(table.columns).toEqual(['tags', 'brand.name', 'brand.since', 'prices']);
    expect(table.rows).toEqual([
      ['json:["a",null,"\\""]', 'Acme', '1970-01-02', 'json:{"é€":9007199254740993,"xy":null}'],
      ['json:[]', NULL, NULL, 'json:{}'],
      [NULL, NULL, NULL, NULL],
    ]);
  });

  it('keeps records whole where they are asked for', async () => {
    const table = await read(nested(), { whole: ['brand'] });
    expect(table.columns).toEqual(['tags', 'brand', 'prices']);
    expect(table.rows.map((row) => row[1])).toEqual([
      'json:{"name":"Acme","since":"1970-01-02"}',
      'json:{"name":null,"since":null}',
      NULL,
    ]);
  });

  it('may mean text where it says bytes', async () => {
    const file = foreign({ type: 'BYTE_ARRAY' }, [bytes('c3a9'), bytes('ff')]);
    const table = await read(file, { binary: 'text' });
    expect(table.rows.flat()).toEqual(['é', '?']);
    expect(table.problems).toMatchObject([{ record: 2, code: 'FORMATS-205' }]);
  });
});

describe('broken and lying Parquet', () => {
  it('never gives a wrong table or a crash, wherever a byte is changed or the file is cut', async () => {
    const bytes = await write({ columns: ['id', 'name'], types: ['int4', 'text'] }, [
      ['1', 'a'],
      ['2', 'b'],
      ['3', null],
    ]);
    const outcome = async (changed: Uint8Array) => {
      try {
        return (await read(changed)).rows.length <= 3;
      } catch (error) {
        const { code, hint } = error as { code?: string; hint?: string };
        return /^FORMATS-(102|110|13[45])$/.test(code ?? '') && hint ? true : error;
      }
    };
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0xff;
      expect(await outcome(changed), `byte ${at}`).toBe(true);
      if (at > 0) expect(await outcome(bytes.subarray(0, at)), `cut at ${at}`).toBe(true);
    }
  });

  it('is refused by name where it is encrypted', async () => {
    await expect(read(Buffer.from('PARE and so on, long enough PARE'))).rejects.toMatchObject({
      code: 'FORMATS-135',
    });
  });
});

it('counts days and instants as the calendar does', () => {
  for (const days of [-2_440_000, -719_529, -719_528, -1, 0, 59, 60, 11_016, 20_819, 2_932_896, 3_000_000]) {
    expect(findDays(toDateText(days)), toDateText(days)).toBe(days);
    const micros = BigInt(days) * 86_400_000_000n + 1n;
    expect(findTimestampMicros(toTimestampText(micros * 1000n, true))).toBe(micros);
    if (days > -700_000 && days < 2_900_000)
      expect(toDateText(days)).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
  }
  expect(toDateText(-719_528)).toBe('0001-01-01 BC');
});
