// Which way rows become bytes: PostgreSQL's own CSV where a reader sees no difference, else through the format's writer.

import type { Entity } from '../../../engine/catalog/catalog.js';
import type {
  FormatOptions,
  TableFormat,
  TableWriter,
  ValueType,
} from '../../../engine/formats/table-format.js';
import type { ReadPlan } from '../../../engine/records/read/index.js';
import { literal } from '../../../foundation/postgres/sql-text.js';
import { BLOCK, type CopyOut } from './copy-out.js';
import { readCopyRows, type TextRow } from './copy-rows.js';
import { callBeforeExport } from './export-hooks.js';
import type { ExportPlan } from './plan-export.js';
import { quoteNullTexts } from './quoted-null-text.js';

/** `direct`: bytes as PostgreSQL makes them. `written`: rows through the format's writer. */
export interface ExportLane {
  readonly kind: 'direct' | 'written';
  /** The whole COPY statement. */
  readonly sql: string;
  toBytes(copy: CopyOut): AsyncIterable<Uint8Array | string>;
}

/** What becomes of rows on their way out. `columns`: what was read for each of their cells; undefined for what the mapping made. */
export type RowChange = (
  rows: readonly TextRow[],
  columns: ExportPlan['written'],
) => Promise<readonly TextRow[]>;

/** Options under which PostgreSQL's CSV reads the same as ours. A header and a byte order mark come from the writer either way. */
const HARMLESS = new Set([
  'header',
  'bom',
  'delimiter',
  'quote',
  'lineEnd',
  'formulaSafe',
  'quoteAll',
  'encoding',
]);

/** Chooses the lane. Throws FORMATS-108 for options that the format doesn't take. */
export function chooseLane(
  format: TableFormat,
  options: FormatOptions,
  { entity, header, plan, written, reshape }: ExportPlan,
  change?: RowChange,
): ExportLane {
  const writer = format.createWriter({
    columns: header,
    ...toWriteTypes(written),
    options: withJsonColumns(options, header, written),
  });
  const signs =
    format.name === 'csv' && !reshape && !change && !entity.hooks?.beforeExport
      ? findPlainSigns(options, plan)
      : undefined;
  if (signs) {
    const { delimiter, quote } = signs;
    const csv = `format csv, delimiter ${literal(delimiter)}, quote ${literal(quote)}`;
    return {
      kind: 'direct',
      sql: `copy (${plan.sql}) to stdout with (${csv})`,
      toBytes: (copy) => pass(quoteNullTexts(copy, delimiter, quote, BLOCK), writer),
    };
  }
  return {
    kind: 'written',
    sql: `copy (${plan.sql}) to stdout`,
    toBytes: (copy) => {
      const read = readCopyRows(copy as AsyncIterable<Buffer>, plan.columns.length);
      const rows = reshape ? reshaped(read, reshape) : read;
      const hookedRows = entity.hooks?.beforeExport ? hooked(rows, entity, header) : rows;
      return write(writer, change ? changed(hookedRows, change, written) : hookedRows);
    },
  };
}

/** By column: what the texts are, and how long numerics get. */
export const toWriteTypes = (columns: ExportPlan['written']) => ({
  types: columns.map((column) => (column ? toValueType(column) : 'text')),
  sizes: columns.map((column) => (column ? toSize(column) : undefined)),
});

// Columns whose text is JSON already: the writer puts them down bare.
function withJsonColumns(
  options: FormatOptions,
  header: readonly string[],
  written: ExportPlan['written'],
): FormatOptions {
  const bare = header.filter((_, i) => (written[i]?.json ?? 'string') !== 'string');
  return { ...options, jsonColumns: bare };
}

const VALUE_TYPES: Readonly<Record<string, ValueType>> = {
  int2: 'int2',
  int4: 'int4',
  int8: 'int8',
  numeric: 'numeric',
  float4: 'float4',
  float8: 'float8',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
};

function toValueType({ field, json }: ReadPlan['columns'][number]): ValueType {
  if (json === 'json') return 'json';
  return field === undefined || field.type.array ? 'text' : (VALUE_TYPES[field.type.base] ?? 'text');
}

function toSize({ field }: ReadPlan['columns'][number]) {
  const precision = field?.type.precision;
  return precision === undefined ? undefined : { precision, scale: field?.type.scale ?? 0 };
}

function findPlainSigns(
  options: FormatOptions,
  plan: ReadPlan,
): { readonly delimiter: string; readonly quote: string } | undefined {
  const delimiter = options['delimiter'] ?? ',';
  const quote = options['quote'] ?? '"';
  const isOff = (name: string): boolean =>
    options[name] === undefined || options[name] === false || options[name] === null;
  const isPlain =
    Object.keys(options).every((name) => HARMLESS.has(name)) &&
    isOff('formulaSafe') &&
    isOff('quoteAll') &&
    (options['lineEnd'] ?? 'lf') === 'lf' &&
    /^utf-?8$/i.test(String(options['encoding'] ?? 'utf-8'));
  // PostgreSQL writes a lone NULL as a blank line, which readers pass over.
  const isLoneNull = plan.columns.length === 1 && plan.columns[0]!.nullable;
  if (!isPlain || isLoneNull || plan.columns.length === 0) return undefined;
  if (!isSign(delimiter) || !isSign(quote) || delimiter === quote) return undefined;
  return { delimiter, quote };
}

const isSign = (value: unknown): value is string =>
  typeof value === 'string' && /^[\t !-~]$/.test(value) && !/[\\a-zA-Z0-9.]/.test(value);

async function* pass(
  blocks: AsyncIterable<Buffer>,
  writer: TableWriter,
): AsyncGenerator<Uint8Array | string> {
  yield await writer.begin();
  yield* blocks;
  yield await writer.end();
}

async function* write(
  writer: TableWriter,
  batches: AsyncIterable<readonly TextRow[]>,
): AsyncGenerator<Uint8Array | string> {
  yield await writer.begin();
  for await (const rows of batches) if (rows.length > 0) yield await writer.rows(rows);
  yield await writer.end();
}

async function* reshaped(
  batches: AsyncIterable<readonly TextRow[]>,
  reshape: NonNullable<ExportPlan['reshape']>,
): AsyncGenerator<readonly TextRow[]> {
  for await (const rows of batches) yield rows.flatMap(reshape);
}

async function* changed(
  batches: AsyncIterable<readonly TextRow[]>,
  change: RowChange,
  columns: ExportPlan['written'],
): AsyncGenerator<readonly TextRow[]> {
  for await (const rows of batches) yield await change(rows, columns);
}

async function* hooked(
  batches: AsyncIterable<readonly TextRow[]>,
  entity: Entity,
  columns: readonly string[],
): AsyncGenerator<readonly TextRow[]> {
  for await (const rows of batches) yield await callBeforeExport(entity, columns, rows);
}
