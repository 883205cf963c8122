// References that an export may lose: by fields of the other record that may be empty there, so that some records have no name by
// which an import could find them again.
import type { Catalog } from '../../catalog/catalog.js';
import { findEntity } from '../../catalog/entity-finder.js';
import { followPath } from '../field-path.js';
import { isExported, type Mapping } from '../mapping.js';
import { findPath } from '../path-text.js';

/** In plain words, one for each relation; for a mapping without problems. */
export function listBlankReferences(mapping: Mapping, catalog: Catalog): readonly string[] {
  const entity = findEntity(catalog, mapping.entity);
  const byRelation = new Map<string, { readonly name: string; readonly sure: boolean }[]>();
  for (const field of mapping.fields) {
    const path = findPath(field.field);
    if (path === undefined || path.length < 2 || !isExported(field) || field.direction === 'export') continue;
    const found = followPath(catalog, entity, path);
    if (!('field' in found)) continue;
    const sure = path.length > 2 || !found.field.nullable;
    byRelation.set(path[0]!, [...(byRelation.get(path[0]!) ?? []), { name: field.field, sure }]);
  }
  return [...byRelation].flatMap(([relation, fields]) => {
    if (fields.some(({ sure }) => sure)) return [];
    const names = fields.map(({ name }) => name).join(' and ');
    return [
      `${names} may be empty: an export writes nothing for a ${relation} without it, and importing that again takes the ${relation} away.`,
    ];
  });
}
