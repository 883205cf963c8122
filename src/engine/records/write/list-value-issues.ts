// All values of a record that can't be values of their fields. The way through the encoder stops at the first, as it must for files; who
// fills in a form wants to know of all at once.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { kindOf } from './cell-kind.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { encodeIssue, requiredIssue } from './row-issues.js';

/** Of the first row. What only the server can judge is not among them. */
export const listValueIssues = (plan: WritePlan, batch: CellBatch): readonly FoundIssue[] =>
  plan.columns.flatMap((column) => findValueIssue(plan, batch, column) ?? []);

function findValueIssue(plan: WritePlan, batch: CellBatch, column: StageColumn): FoundIssue | undefined {
  const { source } = column.target;
  if (!('column' in source)) return undefined;
  const kind = kindOf(batch, 0, source.column, column);
  if (kind === Cell.null && column.target.path.length === 1 && !column.field.nullable)
    return requiredIssue(plan, batch, 0, column);
  if (kind !== Cell.text && kind !== Cell.json) return undefined;
  const encode = kind === Cell.json ? column.encoder.json : column.encoder.string;
  const [start, end] = [batch.start[source.column]!, batch.end[source.column]!];
  const out = Buffer.allocUnsafe((end - start) * column.encoder.growth + 64);
  const fault = encode(batch.bytes, start, end, out, 0);
  return fault < 0 ? encodeIssue(plan, batch, 0, column, fault) : undefined;
}
