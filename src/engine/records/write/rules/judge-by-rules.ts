// Staged records held against the entity's rules. Every broken rule of a row is reported, so that it is mended once.
import type { Refusal } from '../../../catalog/overrides/entity-rules.js';
import { ROW } from '../../records-errors.js';
import { shorten } from '../row-issues.js';
import type { RowFailure, RowReport } from '../row-report.js';
import { callHook } from './call-hook.js';
import { matchPattern } from './pattern-match.js';
import { Refusals, toRecordBatch } from './record-batches.js';
import type { CompiledRule, Complaint, HookCircumstances, Ruling } from './ruling.js';
import type { StagedRecords } from './staged-records.js';

/** Fails the rows that break a rule. Rows refused before are not judged. */
export async function judgeByRules(
  ruling: Ruling,
  records: StagedRecords,
  report: RowReport,
  circumstances: HookCircumstances,
): Promise<void> {
  const judged = [...records.rows.keys()].filter((index) => !records.refused.has(index));
  if (judged.length === 0) return;
  for (const rule of ruling.fieldRules) await judgeByFieldRule(rule, records, judged, report);
  for (const rule of ruling.batchRules) {
    const refusals = new Refusals(records);
    const failure = await callHook(
      `The rule ${rule.name}`,
      () => rule.check(toRecordBatch(records), refusals.refuse),
      circumstances,
    );
    refusals.close();
    for (const index of judged) {
      const refusal = refusals.byRow.get(index);
      if (failure) records.fail(report, index, failure);
      else if (refusal) records.fail(report, index, toFailure(records, index, refusal, `rule ${rule.name}`));
    }
  }
}

async function judgeByFieldRule(
  rule: CompiledRule,
  records: StagedRecords,
  judged: readonly number[],
  report: RowReport,
): Promise<void> {
  const toMatch: (string | undefined)[] = [];
  for (const index of judged) {
    const value = records.valueAt(index, rule.field.name);
    toMatch.push(undefined);
    if (isMissing(rule, records, index)) {
      failByRule(rule, records, index, report, { words: 'needs a value', hint: 'Fill the cell.' });
    } else if (typeof value === 'string') {
      const complaint = firstComplaint(rule, value);
      if (complaint) failByRule(rule, records, index, report, complaint);
      else toMatch[toMatch.length - 1] = value;
    }
  }
  if (rule.pattern === undefined) return;
  const { broken, givenUp } = await matchPattern(rule.pattern, toMatch);
  const source = rule.pattern.source.slice('^(?:'.length, -')$'.length);
  for (const at of broken)
    failByRule(rule, records, judged[at]!, report, {
      words: `does not match the pattern ${source}`,
      hint: `Write it so that all of it matches ${source}.`,
    });
  for (const at of givenUp)
    failByRule(rule, records, judged[at]!, report, {
      words: `takes too long to be held against the pattern ${source}`,
      hint: 'Write the pattern without repetitions inside of repetitions.',
    });
}

function firstComplaint({ conditions }: CompiledRule, value: string): Complaint | undefined {
  for (const condition of conditions) {
    const complaint = condition(value);
    if (complaint) return complaint;
  }
  return undefined;
}

function isMissing(rule: CompiledRule, records: StagedRecords, index: number): boolean {
  if (!rule.required) return false;
  const said = rule.paths.map((path) => records.valueAt(index, path));
  if (said.some((value) => value != null && value.trim() !== '')) return false;
  // A field that is set to its default has the default's value, if it has one.
  const { default: fallback, generated } = rule.field;
  const filled = fallback !== undefined || generated !== undefined;
  return !(filled && rule.paths.some((path) => records.setsDefault(index, path)));
}

function failByRule(
  rule: CompiledRule,
  records: StagedRecords,
  index: number,
  report: RowReport,
  complaint: Complaint,
): void {
  const value = records.valueAt(index, rule.field.name);
  const shown = value == null ? '' : ` '${shorten(value)}'`;
  const own = `${records.plan.entity.name}.${rule.field.name}:${shown} ${complaint.words}`;
  const { hint } = complaint;
  const refusal = { message: rule.message ?? own, field: rule.paths[0]!, hint };
  records.fail(report, index, toFailure(records, index, refusal, `rule ${rule.name}`));
}

/** A refusal as the row's failure; `by` names who refused. */
export function toFailure(records: StagedRecords, index: number, refusal: Refusal, by: string): RowFailure {
  const { field } = refusal;
  const known = field !== undefined && (field.includes('.') || records.hasField(field));
  const value = known ? records.valueAt(index, field) : undefined;
  return {
    code: ROW.rule,
    message: `${refusal.message.replace(/\.$/, '')} (${by}).`,
    hint:
      refusal.hint ?? 'Mend the value so that the rule holds; it stands in the configuration of the project.',
    field,
    column: field === undefined ? undefined : records.findColumn(field),
    value: value == null ? undefined : shorten(value),
  };
}
