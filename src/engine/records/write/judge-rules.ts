// What can be wrong with a row before it is sent: the rules, in the order in which they are reported.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Check, Field } from '../../catalog/catalog.js';
import { foreignKeyRules, ownKeyRule, uniqueRules } from './judge-constraints.js';
import { butNew } from './judge-references.js';
import { reachErrors, rightsErrors } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import { CONSTANT, type Says } from './resolve-sql.js';

/**
 * Actions: `i` insert, `u` update, `d` delete, `=` nothing differs, `p` refers to a record that may still come, `e` error,
 * `s` suspect (an error that a trigger may mend: it is tried alone), `x` only there to be seen.
 */
export interface JudgeOptions {
  readonly says: Says;
  /** Also look for what only constraints would refuse: other unique keys, plain foreign keys. Costs a look-up each. */
  readonly constraints: boolean;
  /** For a dry run: defaults that would use up sequence numbers are taken as null. */
  readonly readOnly: boolean;
  /** Only these rows of the stage. Default: all. */
  readonly rows?: readonly number[];
}

/** Errors that a trigger may still mend: such a row is tried, alone, instead of refused here. */
export function doubtfulErrors(plan: WritePlan, options: JudgeOptions): readonly string[] {
  if (options.readOnly) return [];
  const required = plan.sets
    .filter((set) => isMendable(plan, set.field.name))
    .map((set) => `required:${set.index}`);
  const missing = plan.missingRequired.some((field) => isMendable(plan, field.name)) ? ['required:-1'] : [];
  const checks = plan.entity.checks.flatMap((check, i) =>
    check.fields.some((name) => isMendable(plan, name)) ? [`check:${i}`] : [],
  );
  return [...required, ...missing, ...checks];
}

function isMendable(plan: WritePlan, field: string): boolean {
  const { setByTriggers } = plan.entity;
  return setByTriggers === 'any' || (setByTriggers?.includes(field) ?? false);
}

/** What can be wrong with a row, as `when condition then 'kind:index'`; the first that holds counts. */
export function errorRules(plan: WritePlan, options: JudgeOptions): readonly string[] {
  const reference =
    plan.references.length > 0 ? ['when r._dt_reference is not null then r._dt_reference'] : [];
  // A row that fails whatever it refers to need not wait for that.
  const early = plan.sets.every((set) => !set.reference || !plan.identity.includes(set.field));
  const existence = existenceRules(plan);
  const rules = [...reachErrors(plan), ...(early ? existence : []), ...reference, ...rightsErrors(plan)];
  rules.push(...identityRules(plan, options));
  if (!early) rules.push(...existence);
  if (plan.strategy === 'delete') return rules;
  rules.push(...requiredRules(plan, options));
  rules.push(...checkRules(plan, options));
  rules.push(...plan.ownKeys.flatMap((relation) => ownKeyRule(plan, relation)));
  if (options.constraints) rules.push(...uniqueRules(plan), ...foreignKeyRules(plan));
  return rules;
}

function existenceRules(plan: WritePlan): readonly string[] {
  if (plan.identity.length === 0) return [];
  const blank = plan.identity.map((field) => `r.${ident(field.name)} is null`).join(' or ');
  if (plan.strategy === 'add') return [`when r._dt_found then 'exists'`];
  return plan.strategy === 'update' ? [`when not r._dt_found and not (${blank}) then 'not found'`] : [];
}

function identityRules(plan: WritePlan, options: JudgeOptions): readonly string[] {
  if (plan.identity.length === 0) return [];
  const { strategy } = plan;
  const isBlank = (field: Field): string => {
    const set = plan.sets.find((candidate) => candidate.field === field);
    return `${butNew(plan, set, options)}r.${ident(field.name)} is null`;
  };
  const blanks = plan.identity.map(isBlank);
  const needed = plan.identity.filter((field) => !plan.blankIdentity.includes(field)).map(isBlank);
  const rules: string[] = [];
  // A key that the database makes may be blank: then the record is new.
  const made = plan.identityGenerated && strategy !== 'update' && strategy !== 'delete';
  if (made)
    rules.push(
      `when ${blanks.join(' or ')} then case when ${blanks.join(' and ')} then 'i' else 'identity' end`,
    );
  else if (needed.length > 0) rules.push(`when ${needed.join(' or ')} then 'identity'`);
  else if (!plan.identityUnique) rules.push(`when ${blanks.join(' and ')} then 'identity'`);
  if (!plan.identityUnique) rules.push(`when r._dt_matches > 1 then 'ambiguous'`);
  if (strategy === 'update') rules.push(`when not r._dt_found then 'not found'`);
  const fixed = plan.sets
    .filter((set) => set.matchOnly)
    .map((set) => `r.${ident(set.field.name)} is not null`);
  if (fixed.length > 0 && strategy !== 'delete')
    rules.push(`when not r._dt_found and (${fixed.join(' or ')}) then 'unmakeable'`);
  return rules;
}

function requiredRules(plan: WritePlan, options: JudgeOptions): string[] {
  const rules = plan.sets.flatMap((set) => {
    // A dry run takes for granted that a trigger does what it may.
    if (set.field.nullable || (options.readOnly && isMendable(plan, set.field.name))) return [];
    const flagged = set.columns.some((column) => options.says[column.index] !== 0);
    const filled = set.field.default !== undefined || set.field.generated !== undefined;
    // Plain cells without a value were refused while they were encoded; what is left are blanks and empty references.
    if (set.reference === undefined && (!flagged || filled)) return [];
    return [
      `when ${butNew(plan, set, options)}r.${ident(set.field.name)} is null then 'required:${set.index}'`,
    ];
  });
  const missing = plan.missingRequired.filter((field) => !options.readOnly || !isMendable(plan, field.name));
  if (missing.length > 0) rules.push(`when not r._dt_found then 'required:-1'`);
  return rules;
}

function checkRules(plan: WritePlan, options: JudgeOptions): string[] {
  return judgeableChecks(plan, options).map(
    (check) => `when (${check.expression}) is false then 'check:${plan.entity.checks.indexOf(check)}'`,
  );
}

/** Checks all of whose fields have a value that is known before the row is written. */
export function judgeableChecks(plan: WritePlan, options: JudgeOptions): readonly Check[] {
  return plan.entity.checks.filter((check) => {
    const touched = check.fields.some((name) => plan.sets.some((set) => set.field.name === name));
    if (options.readOnly && check.fields.some((name) => isMendable(plan, name))) return false;
    return touched && check.fields.every((name) => isKnown(plan, name, options));
  });
}

function isKnown(plan: WritePlan, name: string, options: JudgeOptions): boolean {
  const set = plan.sets.find((candidate) => candidate.field.name === name);
  const field = plan.entity.fields.find((candidate) => candidate.name === name);
  if (field === undefined || field.generated === 'stored') return false;
  const constant = field.default === undefined || CONSTANT.test(field.default);
  if (set) return constant || set.columns.every((column) => options.says[column.index] === 0);
  return constant;
}
