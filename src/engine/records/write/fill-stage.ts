// From a chunk to a filled staging table, without the rows that only the server can tell are no good.
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Client } from '../../../foundation/postgres/database.js';
import { ROW } from '../records-errors.js';
import { valueHint } from './encode/value-hint.js';
import type { WritePlan } from './plan-parts.js';
import { shorten } from './row-issues.js';
import type { RowReport } from './row-report.js';
import { settleDuplicates } from './settle-duplicates.js';
import { copyIntoStage, createStage, dropRows, findRejectedValues, keepIdentityOnly } from './stage-table.js';
import type { DuplicatePair, StagedChunk } from './staged-chunk.js';

/** Creates the stage and copies the chunk into it. Rows left out are reported. `listMet`: staged rows whose record a chunk before had. */
export async function fillStage(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  report: RowReport,
  listMet: () => Promise<readonly DuplicatePair[]>,
): Promise<void> {
  await client.query(createStage(plan));
  await copyRows(client, plan, chunk, report);
  await dropRejectedValues(client, plan, report);
  await settleDuplicates(client, plan, chunk, report, listMet);
}

const MOST_COPY_REFUSALS = 1_000;

/** The encoders know nearly every value the server refuses; should one slip through, its line is cut out and the rest goes in. */
async function copyRows(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  report: RowReport,
): Promise<void> {
  let data = chunk.data.subarray(0, chunk.length);
  for (let refusals = 0; data.length > 0; refusals++) {
    await client.query('savepoint copying');
    try {
      await copy(client, data);
      await client.query('release savepoint copying');
      return;
    } catch (error) {
      const at = copyLineOf(error);
      if (at === undefined || refusals >= MOST_COPY_REFUSALS) throw error;
      await client.query('rollback to savepoint copying');
      const { line, before, after } = cutLine(data, at.line);
      const column = plan.columns.find((candidate) => candidate.name === at.column);
      report.fail(Number(line.subarray(0, line.indexOf(0x09)).toString()), {
        code: ROW.rejectedValue,
        message: `${plan.entity.name}${column ? `.${column.path}` : ''}: ${(error as Error).message}.`,
        hint: 'Write the value as PostgreSQL reads it.',
        ...(column ? { column } : {}),
      });
      report.unreadable++;
      data = Buffer.concat([before, after]);
    }
  }
}

async function copy(client: Client, data: Buffer): Promise<void> {
  await pipeline([data], client.query(copyFrom(copyIntoStage())));
}

/** Where COPY says that it stopped, if it was a value that stopped it. */
function copyLineOf(error: unknown): { line: number; column: string | undefined } | undefined {
  const { code, where } = error as { code?: string; where?: string };
  if (code === undefined || !/^2[23]/.test(code)) return undefined;
  const place = /line (\d+)(?:, column (\w+))?/.exec(where ?? '');
  return place ? { line: Number(place[1]), column: place[2] } : undefined;
}

function cutLine(data: Buffer, number: number): { line: Buffer; before: Buffer; after: Buffer } {
  let start = 0;
  for (let n = 1; n < number; n++) start = data.indexOf(0x0a, start) + 1;
  const end = data.indexOf(0x0a, start) + 1;
  return { line: data.subarray(start, end), before: data.subarray(0, start), after: data.subarray(end) };
}

async function dropRejectedValues(client: Client, plan: WritePlan, report: RowReport): Promise<void> {
  for (const [index, column] of plan.columns.entries()) {
    if (!column.encoder.uncertain) continue;
    const bad = await client.query<{ _row: string; value: string; message: string }>(
      findRejectedValues(column),
    );
    if (bad.rows.length === 0) continue;
    for (const row of bad.rows) {
      report.fail(Number(row._row), {
        code: ROW.rejectedValue,
        message: `${plan.entity.name}.${column.path}: '${shorten(row.value)}' is no ${column.field.type.sql}: ${row.message}.`,
        hint: valueHint(column.field.type),
        column,
      });
    }
    const rows = bad.rows.map((row) => row._row);
    // A mirror must remember that the record is in the source, though its row is bad.
    const keep = plan.strategy === 'mirror' && index >= plan.identityColumns;
    await client.query(keep ? keepIdentityOnly(column) : dropRows(), [rows]);
    if (index < plan.identityColumns) report.unreadable += rows.length;
  }
}
