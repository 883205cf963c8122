// Rules as they are declared, turned into functions and checked against the request: a rule that can't be held must stop
// the run, not be passed over.
import type { Entity, Field } from '../../../catalog/catalog.js';
import type { BatchRule, FieldRule } from '../../../catalog/overrides/entity-rules.js';
import { recordsError } from '../../records-errors.js';
import type { Strategy } from '../../write-request.js';
import type { SetField } from '../plan-parts.js';
import { conditionsOf } from './field-conditions.js';
import type { CompiledRule, Ruling } from './ruling.js';

/**
 * The entity's rules and hooks for a request that sets `sets`; undefined if there are none. Deletions are held against no
 * rule, only hooks see them. Throws RECORDS-109 for a rule that can't be judged.
 */
export function compileRules(
  entity: Entity,
  strategy: Strategy,
  sets: readonly SetField[],
): Ruling | undefined {
  const rules = strategy === 'delete' ? [] : (entity.rules ?? []);
  const hooks = entity.hooks ?? {};
  if (rules.length === 0 && !hooks.beforeWrite && !hooks.afterWrite) return undefined;
  return {
    ...hooks,
    fieldRules: rules.flatMap((rule) => ('check' in rule ? [] : [compileRule(entity, sets, rule)])),
    batchRules: rules.filter((rule): rule is BatchRule => 'check' in rule),
  };
}

function compileRule(entity: Entity, sets: readonly SetField[], rule: FieldRule): CompiledRule {
  const field = entity.fields.find((candidate) => candidate.name === rule.field);
  if (field === undefined) {
    throw recordsError(109, {
      detail: `The rule ${rule.name} of ${entity.name} speaks of ${rule.field}, which is no field.`,
      pointer: { entity: entity.name, field: rule.field },
    });
  }
  const conditions = conditionsOf(entity, field, rule);
  const set = sets.find((candidate) => candidate.field === field);
  const paths = set?.reference ? set.columns.map((column) => column.path) : [field.name];
  if (set?.reference && (conditions.length > 0 || rule.pattern !== undefined))
    throw refuseReference(entity, field, rule, paths);
  return {
    name: rule.name,
    field,
    paths,
    required: rule.required ?? false,
    conditions,
    ...(rule.message === undefined ? {} : { message: rule.message }),
    // The catalog accepts what compiles with `u`; the whole value must match.
    ...(rule.pattern === undefined ? {} : { pattern: new RegExp(`^(?:${rule.pattern})$`, 'u') }),
  };
}

/** A key that is looked up has no value yet when rules are judged. */
function refuseReference(entity: Entity, field: Field, rule: FieldRule, paths: readonly string[]) {
  return recordsError(109, {
    detail: `The rule ${rule.name} looks at ${entity.name}.${field.name}, which this source sets through ${paths.join(', ')}, so its value is not known.`,
    hint: `Map a column to ${field.name}, or write the rule as a function over ${paths.join(', ')}.`,
    pointer: { entity: entity.name, field: field.name },
  });
}
