// A record that would lie where its writer may not write, in words.
import { ROW } from '../records-errors.js';
import { listOutsideRules } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import type { RowFailure } from './row-report.js';

const MOST_NAMED = 5;

/** `index`: of the rule that does not hold. */
export function outsideFailure(plan: WritePlan, index: number): RowFailure {
  const { entity } = plan;
  const { action, rule, set } = listOutsideRules(plan)[index]!;
  const seen = entity.fields.some((field) => field.name === rule.field);
  const allowed = rule.in.length > 0 && rule.in.length <= MOST_NAMED ? rule.in.join(', ') : undefined;
  return {
    code: ROW.outside,
    message:
      set === undefined
        ? `Nothing says to whom the new ${entity.name} belongs${seen ? `: ${rule.field} is not given` : ''}.`
        : `With this ${rule.field} the ${entity.name} would not be among those you may ${action}.`,
    hint:
      seen && allowed !== undefined
        ? `Possible in ${rule.field}: ${allowed}.`
        : `Leave it out, or ask for the right to ${action} such ${entity.name} records.`,
    column: set?.columns[0],
    ...(set === undefined && seen ? { field: rule.field } : {}),
  };
}
