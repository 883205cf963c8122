// A caller's catalog for importing or exporting: what they may do by hand, narrowed to what they may do by file.
import { freezeDeep } from '../../catalog/build/frozen-data.js';
import type { Catalog, Entity, FileAction, Relation } from '../../catalog/index.js';

const made = new WeakMap<Catalog, Map<FileAction, Catalog>>();

/**
 * The same object for the same catalog. An entity that may not be exported is still there, so that its export is refused by name,
 * but no relation leads to it. A catalog of whoever runs the program is returned as it is.
 */
export function throughFiles(catalog: Catalog, action: FileAction): Catalog {
  if (![...catalog.entities.values()].some((entity) => entity.access !== undefined)) return catalog;
  const known = made.get(catalog) ?? new Map<FileAction, Catalog>();
  made.set(catalog, known);
  const narrowed = known.get(action) ?? narrow(catalog, action);
  known.set(action, narrowed);
  return narrowed;
}

function narrow(catalog: Catalog, action: FileAction): Catalog {
  const entities = new Map<string, Entity>();
  for (const [name, entity] of catalog.entities) {
    const relations =
      action === 'export' ? entity.relations.filter((one) => isExported(catalog, one)) : entity.relations;
    const { access } = entity;
    entities.set(name, {
      ...entity,
      relations,
      ...(access === undefined ? {} : { access: { ...access, through: action } }),
    });
  }
  return freezeDeep({ ...catalog, entities, fingerprint: `${catalog.fingerprint}-${action}` });
}

function isExported({ entities }: Catalog, relation: Relation): boolean {
  const through = relation.kind === 'many' ? relation.through : undefined;
  return [relation.entity, ...(through === undefined ? [] : [through.entity])].every(
    (name) => entities.get(name)?.access?.export !== 'none',
  );
}
