// A mapping that does more than pass columns on, the way back: what is read of each record, and the row or rows it becomes.
import type { Catalog } from '../../catalog/catalog.js';
import { findEntity } from '../../catalog/entity-finder.js';
import { checkExportPath } from '../export-columns.js';
import { isExported, type Mapping } from '../mapping.js';
import { mappingError } from '../mapping-errors.js';
import { findPartRelation } from '../part-relation.js';
import { findPath, readPath } from '../path-text.js';
import { toColumnWriters } from './column-writers.js';
import { findPlaceField, needsExtent, type PartExtent, toPartExport } from './part-columns.js';
import { whyImportOnly } from './step-inverse.js';

/** Records behind a relation to many, to be read as a JSON list of lists of texts. */
export interface PartReading {
  readonly relation: string;
  readonly paths: readonly (readonly string[])[];
  /** Paths by which they are ordered, before their key. */
  readonly order: readonly (readonly string[])[];
}

export interface MappedExport {
  readonly header: readonly string[];
  /** By column: which of the values read stands there unchanged; undefined if it was made. */
  readonly plain: readonly (number | undefined)[];
  /** By column: true if it holds JSON. */
  readonly json: readonly boolean[];
  readonly paths: readonly (readonly string[])[];
  /** Read after `paths`. */
  readonly parts: readonly PartReading[];
  /** The rows of the file for one record. */
  readonly toRows: (values: readonly (string | null)[]) => readonly (readonly (string | null)[])[];
}

/** A part whose number of columns depends on what is stored. */
export interface OpenPart {
  readonly name: string;
  /** The path whose distinct values name the columns; absent: they are numbered. */
  readonly place?: readonly string[];
}

export function listOpenParts(mapping: Mapping): readonly OpenPart[] {
  return Object.entries(mapping.many ?? {}).flatMap(([name, part]) => {
    if (!needsExtent(part)) return [];
    const place = findPlaceField(part);
    return [{ name, ...(place ? { place: readPath(place.field) } : {}) }];
  });
}

/** Throws CATALOG-101, MAPPING-202 and 210, and 206 for a column that would be written twice. */
export function planMappedExport(
  mapping: Mapping,
  catalog: Catalog,
  extents: ReadonlyMap<string, PartExtent>,
): MappedExport {
  const entity = findEntity(catalog, mapping.entity);
  const own = mapping.fields.filter((field) => isExported(field) && whyImportOnly(field) === undefined);
  const paths = own.map((field) => readPath(field.field));
  for (const path of paths) checkExportPath(catalog, entity, path);
  const columns = toColumnWriters(own.map((mapped, position) => ({ mapped, position })));
  const parts = Object.entries(mapping.many ?? {}).map(([name, part]) => {
    const found = findPartRelation(catalog, entity, name, part);
    if ('detail' in found) {
      throw mappingError(found.number, {
        detail: `${found.detail}.`,
        pointer: { field: `many.${name}${found.key}` },
      });
    }
    return toPartExport(name, part, extents.get(name) ?? { values: [], most: 0 });
  });
  const ofRows = parts.filter(({ part }) => part.rows === true);
  const aside = parts.filter(({ part }) => part.rows !== true);
  const header = [
    ...columns.map((column) => column.header),
    ...aside.flatMap((part) => part.headers),
    ...ofRows.flatMap((part) => part.headers),
  ];
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) {
    throw mappingError(206, {
      detail: `An export would write the column ${twice} twice.`,
      pointer: { column: twice },
    });
  }
  const keyAt = mapping.rows ? columns.findIndex((column) => column.header === mapping.rows?.key) : -1;
  const recordsOf = (values: readonly (string | null)[], name: string) =>
    JSON.parse(values[own.length + parts.findIndex((part) => part.name === name)] ?? '[]') as (
      | string
      | null
    )[][];

  return {
    header,
    plain: header.map((_, i) => columns[i]?.plain),
    json: [
      ...columns.map(() => false),
      ...[...aside, ...ofRows].flatMap((part) => part.headers.map(() => part.json === true)),
    ],
    paths,
    parts: parts.map(({ name, part, fields }) => ({
      relation: name,
      paths: fields.map((field) => findPath(field.field)!),
      order: part.fields
        .filter((field) => field.from === 'position' || field === findPlaceField(part))
        .map((field) => findPath(field.field)!),
    })),
    toRows(values) {
      const cells = [
        ...columns.map((column) => column.write(values)),
        ...aside.flatMap((part) => part.write(recordsOf(values, part.name))[0]!),
      ];
      if (ofRows.length === 0) return [cells];
      const written = ofRows.map((part) => part.write(recordsOf(values, part.name)));
      const count = Math.max(1, ...written.map((rows) => rows.length));
      return Array.from({ length: count }, (_, row) => [
        ...(row === 0 ? cells : cells.map((cell, i) => (i === keyAt ? cell : null))),
        ...written.flatMap((rows, k) => rows[row] ?? ofRows[k]!.headers.map(() => null)),
      ]);
    },
  };
}
