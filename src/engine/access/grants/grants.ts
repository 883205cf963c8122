// What roles allow, as plain data: the currency between the tables and the catalog of a caller.
import type { AccessAction } from '../../catalog/index.js';

/** From the narrowest to the widest, as far as they can be compared: those of owners and those of units go by different fields. */
export const ACCESS_LEVELS = [
  'none',
  'own',
  'own_and_below',
  'unit',
  'unit_and_below',
  'organization',
  'all',
] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Stands for every entity of which the role says nothing by name. */
export const EVERY_ENTITY = '*';

/** The same for Dovetail's own things, of which `*` says nothing: who may see all goods need not see all users. */
export const EVERY_OWN = 'dovetail.*';
/** How the names of all of them begin. */
export const OWN_PREFIX = 'dovetail.';

export interface Permission {
  /** Name of an entity, or `*`. */
  readonly entity: string;
  readonly action: AccessAction;
  readonly level: AccessLevel;
}

/** What a role says of one field; of the others it shows all and lets all be changed. */
export interface FieldException {
  readonly entity: string;
  readonly field: string;
  readonly view: boolean;
  /** Never true without `view`. */
  readonly edit: boolean;
}

export interface RoleGrants {
  readonly permissions: readonly Permission[];
  readonly fields: readonly FieldException[];
}

/** Everything that decides what a caller may do. Roles add up: none takes away what another gives. */
export interface CallerGrants {
  readonly roles: readonly RoleGrants[];
  readonly subject?: string;
  readonly units?: CallerUnits;
  /** The only ones that may be done, whatever roles allow. Absent: all. */
  readonly actions?: readonly AccessAction[];
}

/** Ids of units, as unit fields hold them. */
export interface CallerUnits {
  readonly own: string;
  /** The own one and all under it. */
  readonly below: readonly string[];
  /** All of the tree. */
  readonly organization: readonly string[];
}
