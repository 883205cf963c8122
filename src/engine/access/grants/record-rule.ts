// From levels to rules on records: which field decides, and which values it must have.
import type { AccessAction, Entity, EntityAccess, RecordRule } from '../../catalog/index.js';
import { isListed, toCondition } from './belonging-condition.js';
import { ACCESS_LEVELS, type AccessLevel } from './grants.js';
import type { AskedGrants } from './role-index.js';

/** A rule, the level that gave it, and, for `none` where a level was granted that can't be held, the reason. */
export interface Ruling {
  readonly rule: RecordRule;
  readonly level: AccessLevel;
  readonly why?: string;
}

const NOTHING: Ruling = { rule: 'none', level: 'none' };

/**
 * The rule for one action: that of the widest level that can be held. Narrower ones that look at the same field add their
 * values; on another field they can't be put into one rule, and the widest wins.
 */
export function toRuling(entity: Entity, action: AccessAction, grants: AskedGrants): Ruling {
  if (grants.actions?.includes(action) === false) return NOTHING;
  const levels = new Set(grants.roles.map((role) => role.findLevel(entity, action) ?? 'none'));
  const rulings = [...ACCESS_LEVELS]
    .reverse()
    .filter((level) => levels.has(level))
    .map((level) => toLevelRuling(level, entity, grants));
  const widest = rulings.find((ruling) => ruling.rule !== 'none');
  if (widest === undefined) return rulings.find((ruling) => ruling.why !== undefined) ?? NOTHING;
  const { rule } = widest;
  if (typeof rule === 'string') return widest;
  const field = isListed(rule) ? rule.field : undefined;
  if (field === undefined) return widest;
  const values = rulings.flatMap((one) =>
    isListed(one.rule) && one.rule.field === field ? one.rule.in : [],
  );
  return { level: widest.level, rule: { field, in: [...new Set(values)].sort() } };
}

function toLevelRuling(level: AccessLevel, entity: Entity, grants: AskedGrants): Ruling {
  switch (level) {
    case 'all':
    case 'none':
      return { rule: level, level };
    case 'own':
    case 'own_and_below': {
      const { owner } = entity;
      if (owner === undefined) return refused(level, `nothing says who owns a record of '${entity.name}'`);
      if (grants.subject === undefined) return refused(level, 'the caller has no subject to own records by');
      return { rule: toCondition(owner, [grants.subject], level === 'own_and_below'), level };
    }
    default: {
      const { unit } = entity;
      if (unit === undefined)
        return refused(level, `nothing says to which unit a record of '${entity.name}' belongs`);
      if (grants.units === undefined) return refused(level, 'the caller belongs to no unit');
      const { own, below, organization } = grants.units;
      const units = level === 'unit' ? [own] : level === 'unit_and_below' ? below : organization;
      return { rule: toCondition(unit, units, false), level };
    }
  }
}

const refused = (level: AccessLevel, why: string): Ruling => ({ rule: 'none', level, why });

/** Actions on records that are there: nobody does with a record what they may not see. */
const ON_STORED: ReadonlySet<AccessAction> = new Set(['update', 'delete', 'export']);

/** The rules of all actions, `rulings` as `toRuling` made them. */
export function toEntityAccess(rulings: Readonly<Record<AccessAction, Ruling>>): EntityAccess {
  const { view } = rulings;
  const widthOf = (ruling: Ruling) => ACCESS_LEVELS.indexOf(ruling.level);
  const ruleOf = (action: AccessAction): RecordRule => {
    const ruling = rulings[action];
    const tooWide = ON_STORED.has(action) && ruling.rule !== 'none' && widthOf(ruling) > widthOf(view);
    return tooWide ? view.rule : ruling.rule;
  };
  return {
    view: view.rule,
    create: ruleOf('create'),
    update: ruleOf('update'),
    delete: ruleOf('delete'),
    import: ruleOf('import'),
    export: ruleOf('export'),
  };
}
