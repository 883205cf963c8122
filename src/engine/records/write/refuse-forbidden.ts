// What a caller may not write at all is refused before anything is read; which records they may, the judgement says.
import type { Entity } from '../../catalog/catalog.js';
import type { AccessAction } from '../../catalog/entity-access.js';
import { listDecidingFields } from '../record-rule-sql.js';
import { recordsError } from '../records-errors.js';
import type { Strategy } from '../write-request.js';
import { findFilled, listCreateRules } from './filled-field.js';

const ACTIONS: Readonly<Record<Strategy, readonly AccessAction[]>> = {
  add: ['create'],
  update: ['update'],
  add_or_update: ['create', 'update'],
  replace: ['create', 'update'],
  mirror: ['create', 'update', 'delete'],
  delete: ['delete'],
};

/** Throws RECORDS-112. */
export function refuseForbidden(entity: Entity, strategy: Strategy): void {
  const { access } = entity;
  const through = access?.through === 'import' ? (['import'] as const) : [];
  for (const action of [...through, ...ACTIONS[strategy]]) refuseAction(entity, action);
}

/** Throws RECORDS-112 if none of the entity's records may be had for the action. */
export function refuseAction(entity: Entity, action: AccessAction): void {
  if (entity.access?.[action] !== 'none') return;
  throw recordsError(112, {
    detail: `The roles of who asks don't allow to ${action} ${entity.name}.`,
    pointer: { entity: entity.name },
  });
}

/** Of records that are made on the way, with the `names` of the fields they are given. Throws RECORDS-104 and 112. */
export function refuseForbiddenCreation(
  entity: Entity,
  path: readonly string[],
  names: readonly string[],
): void {
  if (entity.access === undefined) return;
  refuseForbidden(entity, 'add');
  const fixed = entity.fields.find((field) => field.readOnly && names.includes(field.name));
  if (fixed !== undefined) {
    throw recordsError(104, {
      detail: `A new ${entity.name} can't be given its ${fixed.name}: ${fixed.readOnlyReason ?? 'it is read-only'}.`,
      hint: `Leave ${path.join('.')} out of what is created on the way.`,
      pointer: { entity: entity.name, field: fixed.name },
    });
  }
  const rule = listCreateRules(entity).find(
    (one) =>
      !listDecidingFields(one).some(
        (field) => names.includes(field) || findFilled(entity, field) !== undefined,
      ),
  );
  if (rule === undefined) return;
  throw recordsError(112, {
    detail: `Nothing says to whom a new ${entity.name} is to belong, so none can be created on the way.`,
    pointer: { entity: entity.name },
  });
}
