// A record that would lie where its writer may not write, in words.
import { listDecidingFields } from '../record-rule-sql.js';
import { ROW } from '../records-errors.js';
import { findListed } from './filled-field.js';
import { listOutsideRules } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import type { RowFailure } from './row-report.js';

const MOST_NAMED = 5;

/** `index`: of the rule that does not hold. */
export function outsideFailure(plan: WritePlan, index: number): RowFailure {
  const { entity } = plan;
  const { action, rule, set } = listOutsideRules(plan)[index]!;
  const name = set?.field.name ?? listDecidingFields(rule).at(-1)!;
  const seen = entity.fields.some((field) => field.name === name);
  const listed = findListed(rule, name) ?? [];
  const allowed = listed.length > 0 && listed.length <= MOST_NAMED ? listed.join(', ') : undefined;
  return {
    code: ROW.outside,
    message:
      set === undefined
        ? `Nothing says to whom the new ${entity.name} belongs${seen ? `: ${name} is not given` : ''}.`
        : `With this ${name} the ${entity.name} would not be among those you may ${action}.`,
    hint:
      seen && allowed !== undefined
        ? `Possible in ${name}: ${allowed}.`
        : `Leave it out, or ask for the right to ${action} such ${entity.name} records.`,
    column: set?.columns[0],
    ...(set === undefined && seen ? { field: name } : {}),
  };
}
