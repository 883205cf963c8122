// The columns of an entity when nobody chose any: every field once, references by what identifies the other record.
import type { Catalog, Entity } from '../catalog/catalog.js';
import { findIdentityPaths } from './identity-paths.js';
import { WHOLE } from './path-text.js';

/** Paths that say everything about a record, in field order. `full` adds the records behind all relations, or those named, whole. */
export function entityPaths(
  catalog: Catalog,
  entity: Entity,
  full: Entity['full'],
): readonly (readonly string[])[] {
  const paths: (readonly string[])[] = [];
  const said = new Set<string>();
  for (const field of entity.fields) {
    if (said.has(field.name)) continue;
    const relation = entity.relations.find(
      (candidate) => candidate.kind === 'one' && candidate.fields.includes(field.name),
    );
    const through = relation?.kind === 'one' ? findIdentityPaths(catalog, entity, relation) : undefined;
    if (relation && through) {
      for (const name of relation.fields) said.add(name);
      paths.push(...through);
    } else {
      said.add(field.name);
      paths.push([field.name]);
    }
  }
  return [...paths, ...wholePaths(catalog, entity, full)];
}

function wholePaths(catalog: Catalog, entity: Entity, full: Entity['full']): readonly (readonly string[])[] {
  const wanted = ({ name }: { readonly name: string }) =>
    typeof full === 'boolean' ? full : full.includes(name);
  return entity.relations
    .filter((relation) => wanted(relation) && catalog.entities.has(relation.entity))
    .map((relation) => [relation.name, WHOLE]);
}

/** Names under which objects are values, not records inside the record: what a reader of JSON must not take apart. */
export function toWholeColumns(entity: Entity): readonly string[] {
  const relations = new Set(entity.relations.map((relation) => relation.name));
  const json = entity.fields.filter((field) => /^jsonb?$/.test(field.type.base));
  const names = new Set(json.flatMap((field) => [field.name, field.header]));
  return [...names].filter((name) => !relations.has(name));
}
