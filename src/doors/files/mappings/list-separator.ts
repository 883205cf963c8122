// What stands between the items of a list in the cells of a column, as far as the first rows show.
import type { Catalog, Entity } from '../../../engine/catalog/index.js';
import type { ColumnMatches, MatchedPart } from '../../../engine/mapping/index.js';
import { Cell, type CellBatch, cellText } from '../../../foundation/cells/cell-batch.js';

/** Where an item could hold the next one, the rarer sign comes first. */
const SEPARATORS = ['|', ';', ','] as const;

/** By position of the column, for those that fill a field that holds a list. */
export function findSeparators(
  catalog: Catalog,
  entity: Entity,
  { matched }: ColumnMatches,
  parts: readonly MatchedPart[],
  first: CellBatch | undefined,
): ReadonlyMap<number, string> {
  const own = matched.map(({ field, index }) => ({ of: entity, field, columns: [index] }));
  const ofParts = parts.flatMap((part) => {
    const of = catalog.entities.get(part.entity)!;
    return part.fields.map(({ field, columns }) => ({ of, field, columns }));
  });
  return new Map(
    [...own, ...ofParts].flatMap(({ of, field, columns }) => {
      const isList = of.fields.some(({ name, type }) => name === field && type.array);
      const separator = isList ? findListSeparator(first, columns) : undefined;
      return separator === undefined ? [] : columns.map((index) => [index, separator] as const);
    }),
  );
}

/** Undefined if the cells are written as PostgreSQL writes arrays, or as JSON: they need no taking apart. A comma where none shows. */
function findListSeparator(first: CellBatch | undefined, columns: readonly number[]): string | undefined {
  const texts = columns.flatMap((column) => (first ? listTexts(first, column) : []));
  if (texts.some((text) => /^\s*[{[]/.test(text))) return undefined;
  return SEPARATORS.find((separator) => texts.some((text) => text.includes(separator))) ?? ',';
}

function listTexts(batch: CellBatch, column: number): readonly string[] {
  return Array.from({ length: batch.rows }, (_, row) => row).flatMap((row) => {
    const kind = batch.kind[row * batch.columns.length + column];
    return kind === Cell.absent || kind === Cell.empty ? [] : (cellText(batch, row, column) ?? []);
  });
}
