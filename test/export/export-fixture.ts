// What tests of exports have at hand: a database with its catalog, and exports into memory.
import { PassThrough } from 'node:stream';
import {
  type ExportRequest,
  type ExportResult,
  exportEntity,
} from '../../src/doors/files/export/export-entity.js';
import type { Catalog, Entity } from '../../src/engine/catalog/catalog.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { toExportMapping } from '../../src/engine/mapping/index.js';
import { Cell, cellText } from '../../src/foundation/cells/cell-batch.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { createTestDatabase } from '../support/test-database.js';

export interface ExportFixture {
  readonly database: Database;
  readonly catalog: Catalog;
  drop(): Promise<void>;
}

/** An empty database, or the shop, with `ddl` run in it. */
export async function createFixture(from: 'empty' | 'shop', ddl = ''): Promise<ExportFixture> {
  const test = await createTestDatabase(from);
  if (ddl !== '') await test.database.query(ddl);
  const catalog = await createCatalog({ database: test.database }).read();
  return { database: test.database, catalog, drop: () => test.drop() };
}

export type Wish = Partial<Omit<ExportRequest, 'format'>> & {
  readonly format?: string;
  readonly fields?: readonly string[];
  readonly full?: boolean;
};

export interface Exported extends ExportResult {
  readonly text: string;
}

/** Exports into memory. */
export async function exportText(at: ExportFixture, entity: string, wish: Wish = {}): Promise<Exported> {
  const { format = 'csv', fields, full, ...rest } = wish;
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const nested = format !== 'csv';
  const mapping = toExportMapping(at.catalog, findEntity(at.catalog, entity), {
    nested,
    ...(fields ? { fields } : {}),
    ...(full === undefined ? {} : { full }),
  });
  const result = await exportEntity(at.database, {
    catalog: at.catalog,
    mapping,
    format: readFormat(format),
    options: {},
    target: { stream },
    ...rest,
  });
  return { ...result, text: Buffer.concat(chunks).toString() };
}

/** Reads text back as an import would; undefined stands for an empty cell, null for an explicit NULL. */
export async function readBack(
  text: string,
  format: string,
  options: FormatOptions = {},
): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (string | null | undefined)[][] }> {
  const rows: (string | null | undefined)[][] = [];
  let columns: readonly string[] = [];
  async function* bytes() {
    yield Buffer.from(text);
  }
  for await (const batch of readFormat(format).read({ bytes: bytes(), options })) {
    if (batch.problems.length > 0) throw new Error(JSON.stringify(batch.problems));
    columns = batch.columns;
    for (let row = 0; row < batch.rows; row++) {
      rows.push(
        batch.columns.map((_, column) => {
          const kind = batch.kind[row * batch.columns.length + column];
          if (kind === Cell.absent || kind === Cell.empty) return undefined;
          return cellText(batch, row, column);
        }),
      );
    }
  }
  return { columns, rows };
}

/** The stored values of own fields in key order, as PostgreSQL writes them. */
export async function readStored(at: ExportFixture, entity: Entity): Promise<readonly (string | null)[][]> {
  const name = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const list = entity.fields.map((field) => `${name(field.name)}::text`).join(', ');
  const key = entity.primaryKey ?? entity.uniqueKeys.find((one) => one.total)?.fields;
  const order = key ? ` order by ${key.map((field) => `t.${name(field)}`).join(', ')}` : '';
  const result = await at.database.pool.query({
    text: `select ${list} from ${name(entity.schema)}.${name(entity.table)} t${order}`,
    rowMode: 'array',
  });
  return result.rows as (string | null)[][];
}
