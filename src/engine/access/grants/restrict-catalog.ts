// The catalog as one caller may see it. Pure: the same catalog and grants give the same.
import { createHash } from 'node:crypto';
import { freezeDeep } from '../../catalog/build/frozen-data.js';
import type { Catalog, Entity, Relation } from '../../catalog/index.js';
import { type CallerGrants, EVERY_ENTITY, type RoleGrants } from './grants.js';
import { restrictEntity } from './restrict-entity.js';
import { toRoleIndex } from './role-index.js';

/**
 * Entities and fields that can't be viewed are gone, with all relations to, through and by them; of the others `access`,
 * `rights`, `writable` and `readOnly` say what may be done. What is gone is not named either, but where a role would
 * show it and something is missing for that: then `leftOut` has the reason.
 */
export function restrictCatalog(catalog: Catalog, grants: CallerGrants): Catalog {
  const asked = { ...grants, roles: grants.roles.map(toRoleIndex) };
  const entities = new Map<string, Entity>();
  const leftOut = new Map(seesEverything(grants) ? catalog.leftOut : []);
  for (const entity of catalog.entities.values()) {
    const { entity: restricted, why } = restrictEntity(entity, asked);
    if (restricted !== undefined) entities.set(entity.name, restricted);
    else if (why !== undefined) leftOut.set(entity.name, `${why}, so the records you may see can't be told`);
  }
  for (const entity of entities.values()) {
    entities.set(entity.name, {
      ...entity,
      ...toLineage(entity, entities),
      relations: toRelations(entity, entities),
    });
  }
  return freezeDeep({ entities, fingerprint: toCallerFingerprint(catalog, grants), leftOut });
}

const seesEverything = ({ roles, actions }: CallerGrants): boolean =>
  actions?.includes('view') !== false &&
  roles.some(({ permissions }) =>
    permissions.some(
      (line) => line.entity === EVERY_ENTITY && line.action === 'view' && line.level === 'all',
    ),
  );

function toRelations(entity: Entity, entities: ReadonlyMap<string, Entity>): readonly Relation[] {
  const sees = (name: string, fields: readonly string[]) => {
    const there = entities.get(name);
    return fields.every((field) => there?.fields.some((one) => one.name === field) ?? false);
  };
  return entity.relations.filter((relation) => {
    const through = relation.kind === 'many' ? relation.through : undefined;
    return (
      entities.has(relation.entity) &&
      sees(entity.name, relation.fields) &&
      sees(through?.entity ?? relation.entity, relation.targetFields) &&
      (through === undefined ||
        (sees(through.entity, through.fields) && sees(relation.entity, through.targetFields)))
    );
  });
}

// That others inherit from a table must stay known, even if nobody may know which: statements then name only the table itself.
function toLineage(
  entity: Entity,
  entities: ReadonlyMap<string, Entity>,
): Pick<Entity, 'inherits' | 'inheritedBy'> {
  const seen = (names: readonly string[] | undefined) => names?.filter((name) => entities.has(name));
  const [inherits, inheritedBy] = [seen(entity.inherits), seen(entity.inheritedBy)];
  return { ...(inherits ? { inherits } : {}), ...(inheritedBy ? { inheritedBy } : {}) };
}

/**
 * By what is granted, not by the names of the roles that grant it, nor by their order; by subject and units only where
 * they decide anything, so that all readers have one.
 */
export function toCallerFingerprint(
  catalog: Catalog,
  { roles, subject, units, actions }: CallerGrants,
): string {
  const levels = new Set(roles.flatMap((role) => role.permissions.map((line) => line.level)));
  const byUnit = units !== undefined && UNIT_LEVELS.some((level) => levels.has(level));
  const text = JSON.stringify([
    catalog.fingerprint,
    [...new Set(roles.map(toRoleText))].sort(),
    (OWNER_LEVELS.some((level) => levels.has(level)) ? subject : undefined) ?? null,
    byUnit ? [units.own, [...units.below].sort(), [...units.organization].sort()] : null,
    actions === undefined ? null : [...actions].sort(),
  ]);
  return createHash('sha256').update(text).digest('hex');
}

const OWNER_LEVELS = ['own', 'own_and_below'] as const;
const UNIT_LEVELS = ['unit', 'unit_and_below', 'organization'] as const;

const toRoleText = ({ permissions, fields }: RoleGrants): string =>
  JSON.stringify([
    permissions.map(({ entity, action, level }) => JSON.stringify([entity, action, level])).sort(),
    fields.map(({ entity, field, view, edit }) => JSON.stringify([entity, field, view, edit])).sort(),
  ]);
