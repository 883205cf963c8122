// Columns in a row matched to the records that belong to a record: `images 1 url`, `images 2 url` may be the urls of its images. Only
// a suggestion takes them, since what they mean is less sure than what one column does.
import type { Catalog, Entity, ToManyRelation } from '../../catalog/catalog.js';
import { findPartRelation } from '../part-relation.js';
import type { ColumnMatches } from './column-match.js';
import { type ColumnRow, findColumnRows } from './column-rows.js';
import { type MatchedPart, type MatchedPartField, toMappedPart } from './matched-part.js';
import { createPartReader, type PartReader } from './part-reading.js';

/** Below this nothing is suggested. */
const LEAST = 0.45;
/** From here on a few columns are enough. */
const SURE = 0.6;

/**
 * What the columns that `matches` leaves open may be together. A column is in one part at most; each part can be imported as it
 * is, but for what is in `missing`.
 */
export function matchParts(
  catalog: Catalog,
  entity: Entity,
  header: readonly string[],
  matches: ColumnMatches,
): readonly MatchedPart[] {
  let open = findColumnRows(
    header,
    matches.unmatched.map((column) => column.index),
  );
  if (open.length === 0) return [];
  const placeholders = [...new Set(open.map((row) => row.placeholder))];
  let readers = entity.relations
    .filter((relation): relation is ToManyRelation => relation.kind === 'many' && !relation.single)
    .flatMap((relation) =>
      placeholders.map((each) => createPartReader(catalog, entity, relation, each) ?? []),
    )
    .flat();
  const parts: MatchedPart[] = [];
  while (open.length > 0 && readers.length > 0) {
    const [{ reader, fields }] = readers
      .map((each) => ({ reader: each, fields: chooseFields(each, open) }))
      .sort((a, b) => weigh(b.fields) - weigh(a.fields)) as [
      { reader: PartReader; fields: MatchedPartField[] },
    ];
    if (fields.length === 0) break;
    const part = toPart(catalog, entity, reader, fields);
    readers = readers.filter((other) =>
      part === undefined ? other !== reader : other.relation !== reader.relation,
    );
    if (part === undefined) continue;
    parts.push(part);
    const taken = new Set(fields.flatMap((field) => field.columns));
    open = open.filter((row) => !row.columns.some((index) => taken.has(index)));
  }
  return parts;
}

const weigh = (fields: readonly MatchedPartField[]): number =>
  fields.reduce((all, { confidence, columns }) => all + confidence * Math.min(columns.length, 3), 0);

function chooseFields(reader: PartReader, rows: readonly ColumnRow[]): readonly MatchedPartField[] {
  const open = rows.filter((row) => row.placeholder === reader.placeholder);
  const found = open.map((row) => ({ row, field: reader.readNamed(row) }));
  const named = takeSurest(found.flatMap(({ field }) => field ?? []));
  // One column alone, or those that are only half like the relation, may be anything; several speak for each other.
  const several = named.length > 1;
  const isEnough = named.some((field) => field.confidence >= SURE && (several || field.columns.length > 1));
  if (!isEnough && named.length < 3) return [];
  // Columns that say nothing of the relation belong to it if they come as often as those that do.
  const numbers = new Set(
    found.filter(({ field }) => field && named.includes(field)).map(({ row }) => metBy(row)),
  );
  const beside = found
    .filter(({ row, field }) => field === undefined && numbers.has(metBy(row)))
    .flatMap(({ row }) => reader.readBeside(row) ?? []);
  return takeSurest([...named, ...beside]);
}

const metBy = ({ met }: ColumnRow): string => [...met].sort().join('\n');

/** A field is filled by one row of columns. */
function takeSurest(fields: readonly MatchedPartField[]): readonly MatchedPartField[] {
  const sorted = fields
    .filter((field) => field.confidence >= LEAST)
    .sort((a, b) => b.confidence - a.confidence || a.columns[0]! - b.columns[0]!);
  return sorted
    .filter((field, i) => !sorted.slice(0, i).some((other) => other.field === field.field))
    .sort((a, b) => a.columns[0]! - b.columns[0]!);
}

function toPart(
  catalog: Catalog,
  owner: Entity,
  { relation, back, place, placeholder, listMissing }: PartReader,
  fields: readonly MatchedPartField[],
): MatchedPart | undefined {
  const own = place === undefined || fields.some(({ field }) => field === place) ? undefined : place;
  const met: MatchedPartField[] =
    own === undefined
      ? []
      : [
          {
            field: own,
            source: { from: placeholder },
            columns: [],
            confidence: 1,
            reason: 'what the columns say',
          },
        ];
  const base = { relation: relation.name, entity: relation.entity, fields: [...met, ...fields], missing: [] };
  const identity = [back, (own ?? fields[0]!.field).split('.')[0]!];
  for (const part of [base, { ...base, identity }] satisfies readonly MatchedPart[]) {
    const found = findPartRelation(catalog, owner, relation.name, toMappedPart(part));
    if ('detail' in found) continue;
    return { ...part, missing: listMissing(found.resolved.flatMap((field) => field.sets)) };
  }
  return undefined;
}
