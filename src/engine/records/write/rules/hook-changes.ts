// What a hook set, judged as a cell of the source would be and written back to the stage in one statement.
import type { Client } from '../../../../foundation/postgres/database.js';
import { ROW } from '../../records-errors.js';
import { faultText } from '../encode/fault-text.js';
import type { StageColumn } from '../plan-parts.js';
import { shorten } from '../row-issues.js';
import type { RowReport } from '../row-report.js';
import { encodeValue, isStorable } from './encoded-value.js';
import type { StagedRecords } from './staged-records.js';
import { findCastErrors, updateStaged } from './staged-sql.js';

/** Fails rows whose new values are none of their field; writes back all others, and takes the values as the server writes them. */
export async function writeBack(client: Client, records: StagedRecords, report: RowReport): Promise<void> {
  encodeChanges(records, report);
  const columns = changedColumns(records);
  for (const column of columns)
    if (column.encoder.uncertain) await failMiscast(client, records, column, report);
  if (changedRows(records).length === 0) return;
  await client.query('savepoint changing');
  try {
    await update(client, records, columns);
  } catch (error) {
    if (!/^2[23]/.test((error as { code?: string }).code ?? '')) throw error;
    // The encoders know nearly every value the server refuses; should one slip through, it is looked for.
    await client.query('rollback to savepoint changing');
    for (const column of columns) await failMiscast(client, records, column, report);
    await update(client, records, columns);
  }
  await client.query('release savepoint changing');
}

function changedRows(records: StagedRecords): readonly number[] {
  return [...records.changed.keys()].filter((index) => !records.refused.has(index));
}

function changedColumns(records: StagedRecords): readonly StageColumn[] {
  const columns = new Set(changedRows(records).flatMap((index) => [...records.changed.get(index)!]));
  return [...columns].sort((a, b) => a.index - b.index);
}

function encodeChanges(records: StagedRecords, report: RowReport): void {
  for (const index of changedRows(records)) {
    const { values } = records.readRow(index);
    for (const column of records.changed.get(index)!) {
      const value = values[column.index]!;
      if (value === null) {
        if (!column.field.nullable) failChange(records, index, column, report, 'needs a value');
        continue;
      }
      if (!isStorable(value)) {
        failChange(records, index, column, report, 'has characters that PostgreSQL cannot store');
        continue;
      }
      const encoded = encodeValue(column.encoder, value);
      if (typeof encoded === 'string') {
        values[column.index] = encoded;
      } else {
        const { message, hint, code } = faultText(encoded, column.field.type, value);
        failChange(records, index, column, report, message, { code, hint });
      }
    }
  }
}

function failChange(
  records: StagedRecords,
  index: number,
  column: StageColumn,
  report: RowReport,
  words: string,
  more: { readonly code?: string; readonly hint?: string | undefined } = {},
): void {
  const value = records.readRow(index).values[column.index];
  const shown = value == null ? 'null' : `'${shorten(value)}'`;
  records.fail(report, index, {
    code: more.code ?? ROW.hook,
    message: `The hook beforeWrite set ${records.plan.entity.name}.${column.path} to ${shown}, which ${words}.`,
    hint: more.hint ?? `Let the hook set a value that ${records.plan.entity.name}.${column.path} takes.`,
    column,
    value: value == null ? undefined : shorten(value),
  });
}

async function failMiscast(
  client: Client,
  records: StagedRecords,
  column: StageColumn,
  report: RowReport,
): Promise<void> {
  const indexes = changedRows(records).filter((index) => records.changed.get(index)!.has(column));
  const byRow = new Map(indexes.map((index) => [String(records.readRow(index).row), index]));
  const bad = await client.query<{ row: string; message: string }>(findCastErrors(column), [
    [...byRow.keys()],
    indexes.map((index) => records.readRow(index).values[column.index]),
  ]);
  for (const { row, message } of bad.rows) {
    const words = `is no ${column.field.type.sql}: ${message}`;
    failChange(records, byRow.get(row)!, column, report, words, { code: ROW.rejectedValue });
  }
}

async function update(
  client: Client,
  records: StagedRecords,
  columns: readonly StageColumn[],
): Promise<void> {
  const indexes = changedRows(records);
  if (indexes.length === 0) return;
  const rows = indexes.map((index) => records.readRow(index));
  const result = await client.query<(string | null)[]>({
    text: updateStaged(columns),
    values: [
      rows.map(({ row }) => row),
      rows.map(({ say }) => say),
      ...columns.map((column) => rows.map(({ values }) => values[column.index])),
    ],
    rowMode: 'array',
  });
  const byRow = new Map(rows.map((row) => [String(row.row), row]));
  for (const [row, ...values] of result.rows)
    for (const [i, column] of columns.entries()) byRow.get(row!)!.values[column.index] = values[i]!;
}
