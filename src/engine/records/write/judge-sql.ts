// What is to become of each staged row: the second half of reading, in which nothing is written yet. The real run, the
// dry run and the recovery after a refusal all judge by this one text.

import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Check, Field, ToOneRelation } from '../../catalog/catalog.js';
import type { Reference, SetField, WritePlan } from './plan-parts.js';
import {
  CONSTANT,
  defaultOf,
  fromStage,
  givenSql,
  resultingValue,
  type Says,
  storedIn,
} from './resolve-sql.js';
import { STAGE } from './stage-table.js';

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

/** Two CTEs, `resolved` and `src`; `src` lacks the rows that need nothing done (`=`) and has `_dt_row`, `_dt_line`, `_dt_action`, `_dt_error`, `_dt_say`, key and set fields. */
export function judgeRows(plan: WritePlan, options: JudgeOptions): string {
  const matched = plan.identity.length > 0;
  const keys = matched ? plan.key.map((field, i) => `t.${ident(field.name)} as _dt_k${i}`) : [];
  const values = plan.sets.map((set) => `${resultingValue(plan, set, options)} as ${ident(set.field.name)}`);
  const others = otherFields(plan).map((name) => `${otherValue(plan, name)} as ${ident(name)}`);
  const old = matched
    ? comparedSets(plan).map((set) => `t.${ident(set.field.name)} as _dt_o${set.index}`)
    : [];
  return `
  resolved as (
    select s._row as _dt_row, s._line as _dt_line, s._say as _dt_say,
      ${matched ? 't.tableoid is not null' : 'false'} as _dt_found,
      ${referenceError(plan, options)} as _dt_reference,
      ${plan.identityUnique || !matched ? '1' : 'count(*) over (partition by s._row)'} as _dt_matches,
      ${plan.identityUnique || !matched ? '1' : 'row_number() over (partition by s._row)'} as _dt_match,
      ${[...keys, ...values, ...others, ...old, ...newReferences(plan, options)].join(',\n      ')}
    ${fromStage(plan)}${onlyRows(options)}),
  src as materialized (
    select j.*, ${actionOf(plan, options)} as _dt_action, j._dt_verdict as _dt_error
    from (select r.*, ${verdictOf(plan, options)} as _dt_verdict
      from resolved r where r._dt_match = 1 offset 0) j
    ${keepsUnchanged(plan) ? '' : `where j._dt_verdict <> '='`})`;
}

/** Rows that need nothing done are left out of `src`, which is most of the time of an import that changes little; but a hook wants them. */
const keepsUnchanged = (plan: WritePlan): boolean => plan.ruling?.afterWrite !== undefined;

/** The number of rows judged `=`. */
export function countUnchanged(plan: WritePlan, options: Pick<JudgeOptions, 'rows'>, src = 'src'): string {
  if (keepsUnchanged(plan)) return `(select count(*) from ${src} where _dt_action = '=')::int`;
  return `((select count(*) from ${STAGE} s${onlyRows(options)}) - (select count(*) from ${src}))::int`;
}

function onlyRows({ rows }: Pick<JudgeOptions, 'rows'>): string {
  return rows ? ` where s._row = any('{${rows.join(',')}}'::int8[])` : '';
}

/** Fields that are compared with the stored record, and set where they differ. */
export function comparedSets(plan: WritePlan): readonly SetField[] {
  return plan.sets.filter((set) => !plan.identity.includes(set.field));
}

/** Whether the record differs from what the row makes of it. */
function differsSql(plan: WritePlan, options: JudgeOptions): string {
  const parts = comparedSets(plan).map((set) => changesSql(plan, set, options, 'r'));
  return parts.length === 0 ? 'false' : parts.join(' or ');
}

/** Whether the field would change. */
export function changesSql(plan: WritePlan, set: SetField, options: JudgeOptions, row: string): string {
  const cast = set.field.type.comparable ? '' : '::text';
  const fresh = isNew(plan, set, options, row);
  return `${fresh ? `${fresh} or ` : ''}${row}.${ident(set.field.name)}${cast} is distinct from ${row}._dt_o${set.index}${cast}`;
}

/** One expression that names the row's fate, so that the server works it out once: an action, `later`, or an error. */
function verdictOf(plan: WritePlan, options: JudgeOptions): string {
  const writes = `case when ${differsSql(plan, options)} then 'u' else '=' end`;
  const found = {
    add: `'='`,
    update: writes,
    add_or_update: writes,
    replace: writes,
    mirror: writes,
    delete: `'d'`,
  };
  return `case
        ${plan.strategy === 'mirror' ? `when r._dt_say like 'x%' then 'x'` : ''}
        ${errorRules(plan, options).join('\n        ')}
        when r._dt_found then ${found[plan.strategy]}
        else ${plan.strategy === 'delete' ? `'='` : `'i'`} end`;
}

function actionOf(plan: WritePlan, options: JudgeOptions): string {
  const doubtful = doubtfulErrors(plan, options).map((error) => `'${error}'`);
  return `case when j._dt_verdict in ('i', 'u', 'd', 'x', '=') then j._dt_verdict when j._dt_verdict = 'later' then 'p'
      ${doubtful.length > 0 ? `when j._dt_verdict in (${doubtful.join(', ')}) then 's'` : ''} else 'e' end`;
}

/** Errors that a trigger may still mend: such a row is tried, alone, instead of refused here. */
function doubtfulErrors(plan: WritePlan, options: JudgeOptions): readonly string[] {
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
function errorRules(plan: WritePlan, options: JudgeOptions): readonly string[] {
  const reference =
    plan.references.length > 0 ? ['when r._dt_reference is not null then r._dt_reference'] : [];
  // A row that fails whatever it refers to need not wait for that.
  const early = plan.sets.every((set) => !set.reference || !plan.identity.includes(set.field));
  const existence = existenceRules(plan);
  const rules = early ? [...existence, ...reference] : reference;
  rules.push(...identityRules(plan, options));
  if (!early) rules.push(...existence);
  if (plan.strategy === 'delete') return rules;
  rules.push(...requiredRules(plan, options));
  rules.push(...checkRules(plan, options));
  rules.push(...plan.ownKeys.map((relation) => ownKeyRule(plan, relation)));
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

/** References that are given but not found; to the entity itself they may still come. */
function referenceError(plan: WritePlan, options: JudgeOptions): string {
  const rules = plan.references.flatMap((reference, i) => {
    const { name, relation, entity } = reference;
    const given = `(${givenSql(reference)})`;
    const key = `${name}.${ident(relation.targetFields[0]!)}`;
    const missing = entity.name === plan.entity.name ? `'later'` : `'reference:${i}'`;
    return [
      `when ${given} and ${key} is null${options.readOnly && reference.create ? ` and not ${makeable(reference)}` : ''} then ${missing}`,
      ...(reference.unique ? [] : [`when ${name}._n > 1 then 'several:${i}'`]),
    ];
  });
  return rules.length === 0 ? 'null::text' : `case ${rules.join(' ')} end`;
}

/** Whether the row gives all that a missing record is created by. */
const makeable = (reference: Reference): string =>
  `(${reference.columns.map((column) => `s.${column.name} is not null`).join(' and ') || 'false'})`;

/** In a dry run nothing is created: columns that say of each reference whether its record would be. */
function newReferences(plan: WritePlan, options: JudgeOptions): readonly string[] {
  if (!options.readOnly) return [];
  return plan.references.flatMap((reference, i) => {
    const key = `${reference.name}.${ident(reference.relation.targetFields[0]!)}`;
    return reference.create ? [`(${key} is null and ${makeable(reference)}) as _dt_new${i}`] : [];
  });
}

/** The column that says whether the set's value will be the key of a record yet to be created; undefined if it can't be. */
export function isNew(plan: WritePlan, set: SetField, options: JudgeOptions, row = 'r'): string | undefined {
  const reference = set.reference?.reference;
  if (!options.readOnly || !reference?.create) return undefined;
  return `${row}._dt_new${plan.references.indexOf(reference)}`;
}

const butNew = (plan: WritePlan, set: SetField | undefined, options: JudgeOptions): string => {
  const fresh = set && isNew(plan, set, options);
  return fresh ? `not ${fresh} and ` : '';
};

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

/** Fields that checks look at and the request does not set. */
function otherFields(plan: WritePlan): readonly string[] {
  const names = new Set(plan.entity.checks.flatMap((check) => check.fields));
  for (const set of plan.sets) names.delete(set.field.name);
  return [...names].filter((name) => plan.entity.fields.some((field) => field.name === name));
}

function otherValue(plan: WritePlan, name: string): string {
  const field = plan.entity.fields.find((candidate) => candidate.name === name)!;
  const blank =
    field.default !== undefined && CONSTANT.test(field.default)
      ? defaultOf(plan.entity, field)
      : `null::${field.type.sql}`;
  return plan.identity.length > 0
    ? `case when t.tableoid is not null then t.${ident(name)} else ${blank} end`
    : blank;
}

/** A plain key of another record of the same table: stored, staged in this chunk, or still to come. */
function ownKeyRule(plan: WritePlan, relation: ToOneRelation): string {
  const key = relation.fields.map((name) => `r.${ident(name)}`);
  const stored = relation.targetFields.map((name, i) => `o.${ident(name)} = ${key[i]}`).join(' and ');
  const sets = relation.targetFields.map((name) =>
    plan.sets.find((set) => set.field.name === name && !set.reference),
  );
  // As an uncorrelated list, so that the server looks it up in a hash instead of reading the stage for every row.
  const staged = sets.every((set) => set !== undefined)
    ? ` and (${key.map((k) => `${k}::text`).join(', ')}) not in (select ${sets.map((set) => `o.${set!.columns[0]!.name}::text`).join(', ')}
        from ${STAGE} o where ${sets.map((set) => `o.${set!.columns[0]!.name} is not null`).join(' and ')})`
    : '';
  return `when ${key.map((k) => `${k} is not null`).join(' and ')} and not exists (select from ${storedIn(plan.entity)} o where ${stored})${staged} then 'later'`;
}

function uniqueRules(plan: WritePlan): string[] {
  return plan.entity.uniqueKeys.flatMap((key, i) => {
    const sets = key.fields.map((name) => plan.sets.find((set) => set.field.name === name));
    const own =
      plan.identity.length === key.fields.length &&
      plan.identity.every((field) => key.fields.includes(field.name));
    if (own || sets.some((set) => set === undefined)) return [];
    const same = key.fields.map((name) => `o.${ident(name)} = r.${ident(name)}`).join(' and ');
    const other =
      plan.key.length > 0 && plan.identity.length > 0
        ? ` and (not r._dt_found or (${plan.key.map((field, k) => `o.${ident(field.name)} is distinct from r._dt_k${k}`).join(' or ')}))`
        : '';
    return [`when exists (select from ${storedIn(plan.entity)} o where ${same}${other}) then 'unique:${i}'`];
  });
}

function foreignKeyRules(plan: WritePlan): string[] {
  return plan.entity.relations.flatMap((relation, i) => {
    if (relation.kind !== 'one' || relation.entity === plan.entity.name) return [];
    const target = plan.catalog.entities.get(relation.entity);
    const plain = relation.fields.every((name) =>
      plan.sets.some((set) => set.field.name === name && !set.reference),
    );
    if (!target || !plain) return [];
    const given = relation.fields.map((name) => `r.${ident(name)} is not null`).join(' and ');
    const there = relation.fields
      .map((name, k) => `o.${ident(relation.targetFields[k]!)} = r.${ident(name)}`)
      .join(' and ');
    return [
      `when ${given} and not exists (select from ${storedIn(target)} o where ${there}) then 'key:${i}'`,
    ];
  });
}
