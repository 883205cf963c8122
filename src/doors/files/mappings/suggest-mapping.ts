// A mapping for the columns of a file, from what they are called and what people confirmed before.
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import { matchColumns, readSynonyms } from '../../../engine/mapping/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { MappingSuggestion } from './mapping-calls.js';
import { toSuggestionText } from './suggestion-text.js';

/** `source`: what the file is called. Only fields of `catalog` are suggested. Throws CATALOG-101. */
export async function suggestMapping(
  db: Queryable,
  catalog: Catalog,
  wish: { readonly entity: string; readonly columns: readonly string[]; readonly source: string },
): Promise<MappingSuggestion> {
  const entity = findEntity(catalog, wish.entity);
  const learned = await readSynonyms(db, entity.name);
  const matches = matchColumns(catalog, entity, wish.columns, { learned });
  const text = toSuggestionText(entity, matches, wish.source);
  return { entity: entity.name, text, matched: matches.matched.length, columns: wish.columns.length };
}
