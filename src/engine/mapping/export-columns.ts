// The mapping used outward: which columns an export has and which path fills each.
import type { Catalog, Entity } from '../catalog/catalog.js';
import { findEntity } from '../catalog/entity-finder.js';
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

/** The columns that the mapping writes, in its order; constants are left out. Throws CATALOG-101 and MAPPING-202. */
export function exportColumns(mapping: Mapping, catalog: Catalog): readonly ExportColumn[] {
  const entity = findEntity(catalog, mapping.entity);
  return mapping.fields.filter(isExported).map((field) => {
    const path = readPath(field.field);
    checkExportPath(catalog, entity, path);
    return { header: field.column!, path };
  });
}

/** What a plain export of an entity writes. */
export interface ExportWish {
  /** Paths as text, in this order. Default: every field, references by the identity of the record referred to. */
  readonly fields?: readonly string[];
  /** True: also the records behind every relation, whole; or those behind the relations named. Default: the entity's own setting. */
  readonly full?: Entity['full'];
  /** True for formats with records inside records: a whole record stands under its relation's name and takes in what identifies it. */
  readonly nested?: boolean;
}

/**
 * The mapping of a plain export; importing what it wrote with the same mapping, or with none, changes nothing.
 * Throws MAPPING-104 and 202 for paths that lead nowhere, 206 for one asked for twice.
 */
export function toExportMapping(catalog: Catalog, entity: Entity, wish: ExportWish = {}): Mapping {
  const wished = wish.fields
    ? wish.fields.map((text) => toWishedPath(catalog, entity, text))
    : entityPaths(catalog, entity, wish.full ?? entity.full);
  const paths = wish.nested ? wished.filter((path) => !isTakenIn(path, wished)) : wished;
  const headers = paths.map((path) => toHeader(catalog, entity, path, wish.nested));
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

// `brand.name` is in the record that stands under `brand`.
function isTakenIn(path: readonly string[], all: readonly (readonly string[])[]): boolean {
  const isBelow = (whole: readonly string[]): boolean =>
    whole.slice(0, -1).every((step, i) => step === path[i]);
  return (
    path.length > 1 &&
    all.some((whole) => whole !== path && whole.length > 1 && whole.at(-1) === WHOLE && isBelow(whole))
  );
}

// A relation alone, `brand`, means what identifies it; a field wins over a relation of the same name.
function toWishedPath(catalog: Catalog, entity: Entity, text: string): readonly string[] {
  const path = findField(entity, text) ? [text] : readPath(text);
  checkExportPath(catalog, entity, path);
  return path;
}

/** Throws MAPPING-202 for a path that leads nowhere. */
export function checkExportPath(catalog: Catalog, entity: Entity, path: readonly string[]): void {
  const found = followPath(catalog, entity, path);
  if (!('wrong' in found)) return;
  throw mappingError(202, {
    detail: `${found.wrong}.`,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    pointer: { entity: entity.name, field: toPathText(path) },
  });
}

/** The header a field's own override gives it, unless another field could be meant by it; else the path as text. */
export function toHeader(catalog: Catalog, entity: Entity, path: readonly string[], nested = false): string {
  if (nested && path.length > 1 && path.at(-1) === WHOLE && !findField(entity, path[0]!)) {
    return toPathText(path.slice(0, -1));
  }
  const text = toPathText(path);
  const header = path.length === 1 ? findField(entity, path[0]!)?.header : undefined;
  if (header === undefined || header === path[0]) return text;
  const meant = findPath(header);
  if (findField(entity, header) || (meant && !('wrong' in followPath(catalog, entity, meant)))) return text;
  return entity.fields.filter((field) => field.header === header).length === 1 ? header : text;
}
