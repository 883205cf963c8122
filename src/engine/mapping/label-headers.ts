// Headers for people: labels in place of names, wherever an import would still know which field is meant.
import type { Catalog, Entity } from '../catalog/catalog.js';
import { followPath } from './field-path.js';
import type { Mapping } from './mapping.js';
import { matchColumns } from './match/match-columns.js';
import { findPath } from './path-text.js';

/** The export's mapping with labels above its columns; a label that could be taken for another field leaves the name as it was. */
export function withLabels(catalog: Catalog, entity: Entity, mapping: Mapping): Mapping {
  const wished = mapping.fields.map(({ field, column }) => findLabel(catalog, entity, field) ?? column!);
  const twice = (label: string): boolean => wished.filter((other) => other === label).length > 1;
  const headers = wished.map((label, i) => (twice(label) ? mapping.fields[i]!.column! : label));
  const { matched, ignored } = matchColumns(catalog, entity, headers);
  const meant = new Map([...matched, ...ignored].map(({ index, field }) => [index, field]));
  return {
    ...mapping,
    fields: mapping.fields.map((field, i) =>
      meant.get(i) === field.field ? { ...field, column: headers[i]! } : field,
    ),
  };
}

// Dots and quotes in a header mean a path.
function findLabel(catalog: Catalog, entity: Entity, text: string): string | undefined {
  const path = findPath(text);
  const found = path && followPath(catalog, entity, path);
  if (!found || !('field' in found)) return undefined;
  const label = [...found.relations.map((relation) => relation.label), found.field.label].join(' ');
  return /[."]/.test(label) || label.trim() === '' ? undefined : label;
}
