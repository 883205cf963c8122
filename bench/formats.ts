// `npm run bench -- formats`: rows out and in for each format, without a database, beside the bare parsers in the same run.
import { parseArgs } from 'node:util';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SaxesParser } from 'saxes';
import { FORMATS } from '../src/engine/formats/index.js';
import type { SourceFile, TableFormat, ValueType } from '../src/engine/formats/table-format.js';
import { toJsonLine } from './measure.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const count = Number(values.rows);
const columns = [
  'id',
  'sku',
  'name',
  'brand.name',
  'price',
  'stock',
  'made',
  'seen',
  'active',
  'description',
];
const types: readonly ValueType[] = [
  'int8',
  'text',
  'text',
  'text',
  'numeric',
  'int4',
  'date',
  'timestamptz',
  'boolean',
  'text',
];
const sizes = columns.map((name) => (name === 'price' ? { precision: 12, scale: 2 } : undefined));
const rows = Array.from({ length: count }, (_, i) => [
  String(i),
  `SKU-${i % 5000}`,
  `Product ${i} & more`,
  `Brand ${i % 97}`,
  `${i % 1000}.${String(i % 100).padStart(2, '0')}`,
  i % 7 === 0 ? null : String(i % 500),
  '2026-12-31',
  '2026-12-31 23:59:59.5+00',
  i % 2 === 0 ? 't' : 'f',
  `A description of some length, for number ${i}, with "quotes" and ünïcödé.`,
]);

const BARE: Readonly<Record<string, (bytes: Buffer) => unknown>> = {
  json: (bytes) => JSON.parse(bytes.toString()),
  ndjson: (bytes) =>
    bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  xml(bytes) {
    const parser = new SaxesParser();
    const text = bytes.toString();
    for (let at = 0; at < text.length; at += 65_536) parser.write(text.slice(at, at + 65_536));
    return parser.close();
  },
  parquet: (bytes) =>
    parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      compressors,
    }),
};

async function write(format: TableFormat): Promise<Buffer> {
  const writer = format.createWriter({ columns, types, sizes, options: {} });
  const parts = [await writer.begin()];
  for (let at = 0; at < rows.length; at += 2000) parts.push(await writer.rows(rows.slice(at, at + 2000)));
  parts.push(await writer.end());
  return Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
}

async function read(format: TableFormat, bytes: Buffer): Promise<number> {
  const sample = bytes.subarray(0, 256 * 1024);
  const options = format.detect(sample, { whole: sample.length === bytes.length, given: {} })!.options;
  const file: SourceFile = {
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
  };
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 262_144) yield bytes.subarray(at, at + 262_144);
  }
  let found = 0;
  for await (const batch of format.read({ bytes: chunks(), file, options })) found += batch.rows;
  return found;
}

/** Rows a second, the better of two: the first one warms up. */
async function measure(work: () => unknown): Promise<number> {
  let best = 0;
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    await work();
    best = Math.max(best, count / ((performance.now() - start) / 1000));
  }
  return best;
}

const shown = (rate: number | undefined): string =>
  (rate === undefined ? '-' : Math.round(rate).toLocaleString('en')).padStart(12);

const ratio: Record<string, number> = {};
console.log(
  `${count} rows x ${columns.length}; rows/s\nformat           MB         out          in        bare`,
);
for (const format of FORMATS.filter(({ writtenAs }) => writtenAs === undefined)) {
  const bytes = await write(format);
  const found = await read(format, bytes);
  if (found !== count) throw new Error(`${format.name}: ${found} rows of ${count}`);
  const out = await measure(() => write(format));
  const back = await measure(() => read(format, bytes));
  const bareReader = BARE[format.name];
  const bare = bareReader && (await measure(() => bareReader(bytes)));
  if (bare !== undefined) ratio[format.name] = bare / back;
  const size = (bytes.length / 1e6).toFixed(1).padStart(8);
  console.log(`${format.name.padEnd(10)} ${size}${shown(out)}${shown(back)}${shown(bare)}`);
}
console.log(toJsonLine('formats', { rows: count, ratio }));
