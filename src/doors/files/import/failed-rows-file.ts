// The file of just the failed rows, in the input's own format with the errors beside them: mend it and import it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { createFailedRowsWriter, type FailedRow } from '../../../engine/formats/failed-rows.js';
import type { RunIssue } from '../../../engine/pipeline/index.js';
import type { CellKind } from '../../../foundation/cells/cell-batch.js';
import type { ImportSettings } from './import-settings.js';

/** Writes the failed rows among the issues, which come in the order of the source. Returns how many; 0 leaves no file. */
export async function writeFailedRowsFile(
  settings: Pick<ImportSettings, 'format' | 'formatOptions' | 'source'>,
  issues: AsyncIterable<RunIssue> | Iterable<RunIssue>,
  file: string,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const { columns } = settings.source;
  const writer = createFailedRowsWriter({
    format: settings.format,
    options: settings.formatOptions,
    columns,
  });
  // A half-written file must not pass for the whole.
  const part = `${file}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  let rows = 0;
  try {
    out.write(await writer.begin());
    for await (const batch of inBatches(withoutRepeats(listFailedRows(issues)))) {
      const parts = batch.flatMap((record) => toRows(record, columns.length));
      rows += parts.length;
      if (!out.write(await writer.rows(parts))) await once(out, 'drain');
    }
    out.end(await writer.end());
    await finished(out);
    if (rows > 0) await rename(part, file);
    else await rm(part);
    return rows;
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  }
}

const BATCH_ROWS = 200;

async function* inBatches(rows: AsyncIterable<FailedRow>): AsyncGenerator<readonly FailedRow[]> {
  let batch: FailedRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A record that a mapping made of several rows comes out as these; what was wrong stands beside the first. */
function toRows(record: FailedRow, width: number): readonly FailedRow[] {
  const count = width === 0 ? 1 : Math.ceil(record.cells.length / width);
  if (count <= 1) return [record];
  return Array.from({ length: count }, (_, i) => ({
    line: record.line,
    cells: record.cells.slice(i * width, (i + 1) * width),
    ...(record.kinds ? { kinds: record.kinds.slice(i * width, (i + 1) * width) } : {}),
    errors: i === 0 ? record.errors : [],
  }));
}

/** Several records may have been made of one row: it comes out once, with the errors of all. */
async function* withoutRepeats(rows: AsyncIterable<FailedRow>): AsyncGenerator<FailedRow> {
  let held: FailedRow | undefined;
  for await (const row of rows) {
    if (held && held.line === row.line && isSame(held.cells, row.cells)) {
      held = { ...held, errors: [...held.errors, ...row.errors] };
      continue;
    }
    if (held) yield held;
    held = row;
  }
  if (held) yield held;
}

const isSame = (a: readonly (string | null)[], b: readonly (string | null)[]): boolean =>
  a.length === b.length && a.every((cell, i) => cell === b[i]);

async function* listFailedRows(
  issues: AsyncIterable<RunIssue> | Iterable<RunIssue>,
): AsyncGenerator<FailedRow> {
  type Current = Omit<FailedRow, 'errors'> & { readonly row: number; readonly errors: string[] };
  let current: Current | undefined;
  for await (const issue of issues) {
    if (issue.severity !== 'error' || issue.row === undefined) continue;
    if (current?.row !== issue.row) {
      if (current) yield current;
      current = { row: issue.row, line: issue.line ?? issue.row, cells: [], errors: [] };
    }
    if (current.cells.length === 0 && issue.cells) {
      const kinds = issue.kinds ? { kinds: Array.from(issue.kinds, Number) as CellKind[] } : {};
      current = { ...current, cells: issue.cells, ...kinds };
    }
    current.errors.push(issue.hint ? `${issue.message} ${issue.hint}` : issue.message);
  }
  if (current) yield current;
}
