// What people confirmed: that a header means a field. Learned from mappings they saved or imported with.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { MappedField, Mapping } from '../mapping.js';
import { toPlain } from '../match/header-words.js';

/** A header that was confirmed to mean a field. */
export interface LearnedSynonym {
  /** Without case, separators and accents. */
  readonly header: string;
  /** The path as text. */
  readonly field: string;
  readonly times: number;
  /** Name of the mapping it was confirmed by last. */
  readonly source: string;
}

/** The pairs that a mapping confirms: a column that alone fills a field and is not called like it. */
export function toSynonyms(mapping: Mapping): readonly { readonly header: string; readonly field: string }[] {
  const isPair = (field: MappedField): boolean =>
    field.column !== undefined && (field.direction ?? 'both') !== 'export';
  return mapping.fields
    .filter(isPair)
    .map((field) => ({ header: toPlain(field.column!), field: field.field }))
    .filter(({ header, field }) => header !== '' && header !== toPlain(field));
}

/** Remembers them for the entity, in the caller's transaction. */
export async function learnSynonyms(db: Queryable, mapping: Mapping, source: string): Promise<void> {
  const pairs = toSynonyms(mapping);
  if (pairs.length === 0) return;
  await db.query(
    `insert into dovetail.synonyms as s (entity, header, field, source)
     select distinct on (p.header, p.field) $1, p.header, p.field, $2
     from json_to_recordset($3) as p (header text, field text) order by p.header, p.field
     on conflict (entity, header, field) do update set times = s.times + 1, source = excluded.source, updated_at = now()`,
    [mapping.entity, source, JSON.stringify(pairs)],
  );
}

/** Those of the entity, the most often confirmed first. */
export async function readSynonyms(db: Queryable, entity: string): Promise<readonly LearnedSynonym[]> {
  const result = await db.query<{ header: string; field: string; times: number; source: string }>(
    `select header, field, times, source from dovetail.synonyms where entity = $1
     order by times desc, updated_at desc, field limit 10000`,
    [entity],
  );
  return result.rows;
}
