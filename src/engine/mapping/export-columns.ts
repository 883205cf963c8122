// The mapping used outward: which columns an export has and which path fills each.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity } from '../catalog/catalog.js';
import { entityPaths } from './entity-paths.js';
import { findField, followPath } from './field-path.js';
import { isExported, type Mapping } from './mapping.js';
import { mappingError } from './mapping-errors.js';
import { findPath, readPath, toPathText, WHOLE } from './path-text.js';

export interface ExportColumn {
  readonly header: string;
  /** Ends in `*` for the whole record (or records) behind a relation, written as JSON. */
  readonly path: readonly string[];
}

/** The columns that the mapping writes, in its order; constants are left out. Throws MAPPING-201 or 202. */
export function exportColumns(mapping: Mapping, catalog: Catalog): readonly ExportColumn[] {
  const entity = readMappedEntity(mapping, catalog);
  return mapping.fields.filter(isExported).map((field) => {
    const path = readPath(field.field);
    checkPath(catalog, entity, path);
    return { header: field.column!, path };
  });
}

/** What a plain export of an entity writes. */
export interface ExportWish {
  /** Paths as text, in this order. Default: every field, references by the identity of the record referred to. */
  readonly fields?: readonly string[];
  /** True: also the records behind every relation, whole. Default: the entity's own setting. */
  readonly full?: boolean;
}

/**
 * The mapping of a plain export; importing what it wrote with the same mapping, or with none, changes nothing.
 * Throws MAPPING-104 and 202 for paths that lead nowhere, 206 for one asked for twice.
 */
export function toExportMapping(catalog: Catalog, entity: Entity, wish: ExportWish = {}): Mapping {
  const paths = wish.fields
    ? wish.fields.map((text) => toWishedPath(catalog, entity, text))
    : entityPaths(catalog, entity, wish.full ?? entity.full);
  const headers = paths.map((path) => toHeader(catalog, entity, path));
  const twice = headers.find((header, i) => headers.indexOf(header) !== i);
  if (twice !== undefined) {
    throw mappingError(206, {
      detail: `The column ${twice} is asked for twice.`,
      pointer: { entity: entity.name, column: twice },
    });
  }
  return {
    entity: entity.name,
    fields: paths.map((path, i) => ({
      column: headers[i]!,
      field: toPathText(path),
      ...(path.at(-1) === WHOLE ? { direction: 'export' as const } : {}),
    })),
  };
}

// A relation alone, `brand`, means what identifies it; a field wins over a relation of the same name.
function toWishedPath(catalog: Catalog, entity: Entity, text: string): readonly string[] {
  const path = findField(entity, text) ? [text] : readPath(text);
  checkPath(catalog, entity, path);
  return path;
}

function checkPath(catalog: Catalog, entity: Entity, path: readonly string[]): void {
  const found = followPath(catalog, entity, path);
  if (!('wrong' in found)) return;
  throw mappingError(202, {
    detail: `${found.wrong}.`,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    pointer: { entity: entity.name, field: toPathText(path) },
  });
}

/** The entity of a mapping. Throws MAPPING-201. */
export function readMappedEntity(mapping: Mapping, catalog: Catalog): Entity {
  const entity = catalog.entities.get(mapping.entity);
  if (entity) return entity;
  const near = didYouMean(mapping.entity, catalog.entities.keys());
  throw mappingError(201, {
    detail: `There is no entity ${mapping.entity}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    pointer: { entity: mapping.entity },
  });
}

/** The header a field's own override gives it, unless another field could be meant by it; else the path as text. */
export function toHeader(catalog: Catalog, entity: Entity, path: readonly string[]): string {
  const text = toPathText(path);
  const header = path.length === 1 ? findField(entity, path[0]!)?.header : undefined;
  if (header === undefined || header === path[0]) return text;
  const meant = findPath(header);
  if (findField(entity, header) || (meant && !('wrong' in followPath(catalog, entity, meant)))) return text;
  return entity.fields.filter((field) => field.header === header).length === 1 ? header : text;
}
