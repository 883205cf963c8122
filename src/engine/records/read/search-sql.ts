// Full-text search, only where an index answers it: one that reads the whole table would be a surprise that grows with it.
import { literal } from '../../../foundation/postgres/sql-text.js';
import { readError } from './read-errors.js';
import type { Column } from './read-scope.js';

/** Throws READ-209 for a field without such an index. */
export function searchSql(
  { field, sql }: Column,
  words: string,
  value: (text: string) => string,
  path: readonly string[],
): string {
  const { search } = field;
  if (search === undefined) throw noIndex({ field, sql }, path);
  const config = search.config === undefined ? '' : `${literal(search.config)}::regconfig, `;
  // As the index has it, or the planner does not see that it fits.
  const vector =
    search.of === 'vector'
      ? sql
      : `to_tsvector(${config}${search.of === 'value' ? sql : `coalesce(${sql}, '')`})`;
  // It takes whatever people write.
  return `${vector} @@ websearch_to_tsquery(${config}${value(words)}) and ${sql} is not null`;
}

function noIndex({ field: { name, type } }: Column, path: readonly string[]) {
  const vector = type.base === 'tsvector' ? name : `to_tsvector('simple', ${name})`;
  const isText = !type.array && /^(text|varchar|bpchar|tsvector)$/.test(type.base);
  return readError(209, {
    detail: `No index answers a search in ${path.join('.')}.`,
    hint: isText
      ? `One would after: create index on … using gin (${vector}). Without it there is contains.`
      : 'Only texts are searched.',
    pointer: { field: path.join('.') },
  });
}
