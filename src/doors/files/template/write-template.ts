// A template: an empty file for somebody to fill, with examples that no import takes for records.
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Catalog, Entity } from '../../../engine/catalog/index.js';
import type { FormatOptions, TableFormat, WriteRequest } from '../../../engine/formats/table-format.js';
import type { Mapping } from '../../../engine/mapping/index.js';
import { planRead } from '../../../engine/records/read/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { exportError } from '../export/export-errors.js';
import { toExportError } from '../export/export-failure.js';
import { toWriteTypes } from '../export/export-lane.js';
import { type ExportTarget, openTarget } from '../export/export-target.js';
import { pourInto } from '../export/pour-into.js';
import { EXAMPLE_COLUMN, EXAMPLE_MARK } from '../import/example-rows.js';
import { EXAMPLE_ROWS } from './example-values.js';
import {
  describeTemplateColumn,
  FIELD_COLUMNS,
  listTemplateHeaders,
  type TemplateColumn,
  toFieldRow,
} from './template-columns.js';

export interface TemplateRequest {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly fields?: readonly string[];
  readonly mapping?: Mapping;
  readonly format: TableFormat;
  readonly options: FormatOptions;
  readonly target: ExportTarget;
  readonly signal: AbortSignal;
}

export interface TemplateResult {
  readonly columns: readonly string[];
  readonly required: readonly string[];
  /** By column, how many values there are to choose from; only where they are listed. */
  readonly choices: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/**
 * Writes a template. Formats with `guides` get an empty table, with explanations and examples in tables beside it; others
 * two example rows, marked in the column `dovetail_example`, which an import leaves out with a warning. Throws EXPORT-109 if nothing can
 * be imported into the entity, EXPORT-101 for the target, READ-… and FORMATS-… before anything is written.
 */
export async function writeTemplate(database: Database, request: TemplateRequest): Promise<TemplateResult> {
  const { catalog, entity, format, target, signal } = request;
  const barred = entity.access?.import === 'none' ? 'no role of yours lets you import it' : undefined;
  if (!entity.writable || barred !== undefined) {
    throw exportError(109, {
      detail: `There is no template for ${entity.name}: ${barred ?? entity.readOnlyReason ?? 'it is read-only'}.`,
      hint: 'A template is for files to be imported. Export its records without --template.',
      pointer: { entity: entity.name },
    });
  }
  const headers = listTemplateHeaders(catalog, entity, {
    nested: format.nested === true,
    ...(request.fields ? { fields: request.fields } : {}),
    ...(request.mapping ? { mapping: request.mapping } : {}),
  });
  const columns: TemplateColumn[] = [];
  for (const header of headers) columns.push(await describeTemplateColumn(database, catalog, entity, header));
  if (columns.length === 0) {
    throw exportError(109, {
      detail: `A template of ${entity.name} would have no column that an import can use.`,
      hint: `\`dovetail entities show ${entity.name}\` says which fields can be written.`,
    });
  }
  const bytes = await write(request, toWriteRequest(request, columns), toRows(format, columns));
  return {
    columns: columns.map(({ header }) => header),
    required: columns.filter(({ required }) => required).map(({ header }) => header),
    choices: Object.fromEntries(
      columns.flatMap(({ header, values }) => (values ? [[header, values.list.length]] : [])),
    ),
    bytes,
  };

  /** The sheet is called like what goes into it; the names of those beside it are taken. */
  function toSheet(): FormatOptions {
    if (!format.guides) return {};
    const taken = [EXAMPLES, FIELDS, 'Allowed values'].map((name) => name.toLowerCase());
    return { sheet: taken.includes(entity.label.toLowerCase()) ? 'Records' : entity.label };
  }

  async function write(
    { options }: TemplateRequest,
    about: Omit<WriteRequest, 'options'>,
    rows: readonly (readonly (string | null)[])[],
  ): Promise<number> {
    const bare = about.columns.filter((_, i) => JSON_TYPES.has(about.types?.[i] ?? 'text'));
    const writer = format.createWriter({
      ...about,
      options: { ...toSheet(), ...options, jsonColumns: bare },
    });
    const opened = await openTarget(target);
    let count = 0;
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (const step of [() => writer.begin(), () => writer.rows(rows), () => writer.end()]) {
        const part = await step();
        const block = typeof part === 'string' ? Buffer.from(part) : part;
        count += block.length;
        if (block.length > 0) yield block;
      }
    }
    const packed = 'path' in target && target.path.toLowerCase().endsWith('.gz');
    try {
      const end = opened.ends ? opened.stream : pourInto(opened.stream);
      if (packed) await pipeline(parts(), createGzip(), end, { signal });
      else await pipeline(parts(), end, { signal });
      await opened.commit();
    } catch (cause) {
      await opened.discard();
      throw toExportError({ target, signal }, entity, cause);
    }
    return count;
  }
}

const EXAMPLES = 'Examples';
const FIELDS = 'Fields';

/** Value types that JSON writes bare. */
const JSON_TYPES = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'boolean', 'json']);

function toRows(
  format: TableFormat,
  columns: readonly TemplateColumn[],
): readonly (readonly (string | null)[])[] {
  if (format.guides) return [];
  return exampleRows(columns).map((row) => [...row, EXAMPLE_MARK]);
}

function exampleRows(columns: readonly TemplateColumn[]): readonly (readonly (string | null)[])[] {
  return Array.from({ length: EXAMPLE_ROWS }, (_, row) =>
    columns.map(({ examples }) => examples[row] ?? null),
  );
}

function toWriteRequest(
  { catalog, entity, format }: TemplateRequest,
  columns: readonly TemplateColumn[],
): Omit<WriteRequest, 'options'> {
  const headers = columns.map(({ header }) => header);
  const { types, sizes } = readTypes(catalog, entity, columns);
  if (!format.guides)
    return { columns: [...headers, EXAMPLE_COLUMN], types: [...types, 'text'], sizes: [...sizes, undefined] };
  return {
    columns: headers,
    types,
    sizes,
    guide: {
      columns,
      further: [
        {
          // The mark comes first, so that this is never taken for more of the table it is an example of.
          name: EXAMPLES,
          columns: [EXAMPLE_COLUMN, ...headers],
          types: ['text', ...types],
          rows: exampleRows(columns).map((row) => [EXAMPLE_MARK, ...row]),
        },
        { name: FIELDS, columns: FIELD_COLUMNS, rows: columns.map((column) => toFieldRow(entity, column)) },
      ],
    },
  };
}

/** As an export of the same columns would write them. */
function readTypes(catalog: Catalog, entity: Entity, columns: readonly TemplateColumn[]) {
  const known = columns.filter(({ field }) => field !== undefined);
  const plan = planRead(catalog, entity, { paths: known.map(({ path }) => path!) });
  const written = toWriteTypes(plan.columns);
  const at = (column: TemplateColumn): number => known.indexOf(column);
  return {
    types: columns.map((column) => written.types[at(column)] ?? 'text'),
    sizes: columns.map((column) => written.sizes[at(column)]),
  };
}
