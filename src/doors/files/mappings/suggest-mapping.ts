// A mapping for the columns of a file, from what they are called, what people confirmed before, and what the first cells look like.
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import { matchColumns, matchParts, readSynonyms } from '../../../engine/mapping/index.js';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { findSeparators } from './list-separator.js';
import type { MappingSuggestion } from './mapping-calls.js';
import { toSuggestionText } from './suggestion-text.js';

export interface SuggestionWish {
  readonly entity: string;
  readonly columns: readonly string[];
  /** The first rows: they show what stands between the items of a list. Absent: a comma is taken. */
  readonly first?: CellBatch | undefined;
  /** What the file is called. */
  readonly source: string;
}

/** Only fields of `catalog` are suggested. Throws CATALOG-101. */
export async function suggestMapping(
  db: Queryable,
  catalog: Catalog,
  { columns, first, source, ...wish }: SuggestionWish,
): Promise<MappingSuggestion> {
  const entity = findEntity(catalog, wish.entity);
  const learned = await readSynonyms(db, entity.name);
  const matches = matchColumns(catalog, entity, columns, { learned });
  const parts = matchParts(catalog, entity, columns, matches);
  const separators = findSeparators(catalog, entity, matches, parts, first);
  const text = toSuggestionText({ entity, matches, parts, source, header: columns, separators });
  const ofParts = parts.flatMap((part) => part.fields.flatMap((field) => field.columns));
  return {
    entity: entity.name,
    text,
    matched: matches.matched.length + ofParts.length,
    columns: columns.length,
  };
}
