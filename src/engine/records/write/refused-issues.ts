// Rows that the server refused when they were tried, in words.
import type { Client } from '../../../foundation/postgres/database.js';
import { ROW } from '../records-errors.js';
import { checkHint, checkWords, foreignKeyHint, requiredHint } from './constraint-hints.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { shorten } from './row-issues.js';
import type { RowReport } from './row-report.js';
import { uniqueHint } from './unique-hints.js';

/** A row that the server refused while it was tried alone. */
export interface RefusedRow {
  readonly _row: number;
  readonly state: string;
  readonly message: string;
  readonly detail: string | null;
  /** What the trigger, or the server, says to do. */
  readonly advice: string | null;
  readonly rule: string | null;
  readonly field: string | null;
}

/** Reports rows that constraints or triggers refused. */
export async function reportRefused(
  client: Client,
  plan: WritePlan,
  rows: readonly RefusedRow[],
  report: RowReport,
): Promise<void> {
  for (const refused of rows) {
    const rule = refused.rule ? ` (${refused.rule})` : '';
    const check = refused.state === '23514' && plan.entity.checks.find(({ name }) => name === refused.rule);
    const fields = refused.field ? [refused.field] : fieldsOfRule(plan, refused.rule);
    report.fail(refused._row, {
      code: codeOfState(refused.state),
      message: check
        ? checkWords(plan.entity, check)
        : `The database refused the row: ${refused.message}${rule}.`.replace('..', '.'),
      hint: await refusedHint(client, plan, refused, report),
      column: plan.columns.find((column) => fields.includes(column.path) || settles(plan, column, fields)),
      ...(fields.length > 0 ? { field: fields.join(', ') } : {}),
    });
  }
}

async function refusedHint(
  client: Client,
  plan: WritePlan,
  refused: RefusedRow,
  report: RowReport,
): Promise<string> {
  const { entity } = plan;
  const { rule, field, state } = refused;
  // The server's details hold values of other records, and of fields that a caller doesn't see.
  const said =
    entity.access === undefined ? [refused.advice, refused.detail].filter((text) => text).join(' ') : '';
  const own = await hintOfRule(client, plan, refused, report);
  if (own !== undefined) return said === '' ? own : `${own} (${shorten(said)})`;
  if (said !== '') return shorten(said);
  if (state.startsWith('22'))
    return `Mend the value${field ? ` of ${field}` : ''}, or what is computed from it.`;
  return rule === null
    ? 'A trigger or the database itself refuses it: mend what the message complains of.'
    : `Mend the row so that ${rule} holds.`;
}

async function hintOfRule(
  client: Client,
  plan: WritePlan,
  { _row, rule, field, state }: RefusedRow,
  report: RowReport,
): Promise<string | undefined> {
  const { checks, uniqueKeys, relations, fields } = plan.entity;
  if (state === '23505') {
    const key = uniqueKeys.find(({ name }) => name === rule);
    return uniqueHint(client, plan, key, _row, report);
  }
  const check = checks.find(({ name }) => name === rule);
  if (state === '23514' && check) return checkHint(check, plan.entity.access === undefined);
  const relation = relations.find((each) => each.kind === 'one' && each.constraint === rule);
  if (state === '23503' && relation?.kind === 'one') return foreignKeyHint(plan, relation);
  const required = fields.find(({ name }) => name === field);
  return state === '23502' && required ? requiredHint(required) : undefined;
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
