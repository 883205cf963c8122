// Rows that the server refused when they were tried, in words.
import { ROW } from '../records-errors.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { shorten } from './row-issues.js';
import type { RowReport } from './row-report.js';

/** A row that the server refused while it was tried alone. */
export interface RefusedRow {
  readonly _row: number;
  readonly state: string;
  readonly message: string;
  readonly detail: string | null;
  readonly rule: string | null;
  readonly field: string | null;
}

/** Reports rows that constraints or triggers refused. */
export function reportRefused(plan: WritePlan, rows: readonly RefusedRow[], report: RowReport): void {
  for (const refused of rows) {
    const rule = refused.rule ? ` (${refused.rule})` : '';
    const fields = refused.field ? [refused.field] : fieldsOfRule(plan, refused.rule);
    report.fail(refused._row, {
      code: codeOfState(refused.state),
      message: `The database refused the row: ${refused.message}${rule}.`.replace('..', '.'),
      // The server's details hold values of other records, and of fields that a caller doesn't see.
      hint: refused.detail && plan.entity.access === undefined ? shorten(refused.detail) : undefined,
      column: plan.columns.find((column) => fields.includes(column.path) || settles(plan, column, fields)),
      ...(fields.length > 0 ? { field: fields.join(', ') } : {}),
    });
  }
}

/** The fields a constraint looks at, where the catalog knows it by its name. */
function fieldsOfRule(plan: WritePlan, rule: string | null): readonly string[] {
  const { checks, uniqueKeys, relations } = plan.entity;
  return (
    checks.find((check) => check.name === rule)?.fields ??
    uniqueKeys.find((key) => key.name === rule)?.fields ??
    relations.find((relation) => relation.kind === 'one' && relation.constraint === rule)?.fields ??
    []
  );
}

/** True if the column belongs to a reference that sets one of the fields. */
function settles(plan: WritePlan, column: StageColumn, fields: readonly string[]): boolean {
  return plan.sets.some((set) => fields.includes(set.field.name) && set.columns.includes(column));
}

function codeOfState(state: string): string {
  if (state === '23505') return ROW.notUnique;
  if (state === '23503') return ROW.foreignKey;
  if (state === '23514') return ROW.check;
  if (state === '23502') return ROW.required;
  return state.startsWith('22') ? ROW.rejectedValue : ROW.refused;
}
