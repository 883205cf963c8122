// The write plan of records that belong to the records of another plan: found by their owner, written with it.
import type { Catalog, Entity } from '../../catalog/catalog.js';
import type { Origin, WriteTarget } from '../write-request.js';
import type { WritePlan } from './plan-parts.js';
import { refuseAction } from './refuse-forbidden.js';
import { planWrite } from './write-plan.js';

export interface PartPlan {
  readonly name: string;
  readonly plan: WritePlan;
  /** What becomes of an owner's stored records that the source doesn't have. */
  readonly missing: 'keep' | 'delete';
  /** Fields of the part's records, and the fields of the owner they equal, pairwise. */
  readonly fields: readonly string[];
  readonly ownerFields: readonly string[];
}

export interface PartRequest extends Omit<PartPlan, 'plan'> {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly targets: readonly WriteTarget[];
  readonly identity: readonly string[];
  readonly create: readonly string[];
  readonly origin: Origin;
}

/** Throws `RECORDS-1xx` as `planWrite` does. */
export function planPart(request: PartRequest): PartPlan {
  const { name, missing, fields, ownerFields, ...write } = request;
  if (missing === 'delete') refuseAction(request.entity, 'delete');
  const plan = planWrite({ ...write, strategy: 'add_or_update', onDuplicate: 'last' });
  // The owner is stored by the time they are written, so none of them ever waits.
  return {
    name,
    missing,
    fields,
    ownerFields,
    plan: { ...plan, part: true, selfReferring: false, ownKeys: [] },
  };
}
