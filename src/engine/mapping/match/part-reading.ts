// What a row of columns says of the records behind one relation to many: by the relation's own names, by what those records refer
// to, or, beside columns that say so, by the names of their fields alone.
import type { Catalog, Entity, Field, ToManyRelation, ToOneRelation } from '../../catalog/catalog.js';
import { findBack } from '../part-relation.js';
import type { ColumnRow } from './column-rows.js';
import { toSingular, toWords, withoutBrackets } from './header-words.js';
import { findAloneName } from './match-candidates.js';
import type { MatchedPartField } from './matched-part.js';
import { createLikenessFinder, type LikenessFinder } from './name-likeness.js';
import { nameLikeness, type RelationNames, toRelationNames, withoutNames } from './relation-names.js';

export interface PartReader {
  readonly relation: ToManyRelation;
  /** The relation that leads back to the owner. */
  readonly back: string;
  readonly placeholder: ColumnRow['placeholder'];
  /** The field that says which of the owner's records it is: what the placeholder met fits there. */
  readonly place?: string;
  /** What the columns are if they name the relation, or what its records refer to. */
  readNamed(row: ColumnRow): MatchedPartField | undefined;
  /** What they are if others have named it. */
  readBeside(row: ColumnRow): MatchedPartField | undefined;
  /** Own fields that a new record needs, besides those that are set. */
  listMissing(set: readonly string[]): readonly string[];
}

interface Reading {
  readonly field: string;
  readonly confidence: number;
}

interface Part {
  readonly catalog: Catalog;
  readonly target: Entity;
  /** Behind a table that joins the two. */
  readonly through: boolean;
  readonly back: ToOneRelation;
  /** Fields that lead back. */
  readonly hidden: readonly string[];
  readonly find: LikenessFinder;
  readonly names: RelationNames;
  readonly place: string | undefined;
}

/** Undefined for what can't be written as a part of the owner, or can't come in such columns. */
export function createPartReader(
  catalog: Catalog,
  owner: Entity,
  relation: ToManyRelation,
  placeholder: ColumnRow['placeholder'],
): PartReader | undefined {
  const target = catalog.entities.get(relation.entity);
  const written = catalog.entities.get(relation.through?.entity ?? relation.entity);
  const back = written && findBack(written, owner.name, relation.targetFields);
  if (!target || !written?.writable || !back) return undefined;
  const through = relation.through !== undefined;
  const hidden = through ? [] : back.fields;
  const place = through ? undefined : findPlace(catalog, target, placeholder, hidden);
  if (placeholder === 'language' && place === undefined) return undefined;
  const find = createLikenessFinder(catalog, target);
  const part: Part = {
    catalog,
    target,
    through,
    back,
    hidden,
    find,
    names: toRelationNames(owner, relation),
    place,
  };
  const said = (row: ColumnRow, readings: readonly Reading[]): MatchedPartField | undefined => {
    const [best] = [...readings].sort((a, b) => b.confidence - a.confidence);
    if (!best) return undefined;
    const { pattern, columns } = row;
    return {
      ...best,
      source: { column: pattern },
      columns,
      reason: `the ${best.field} of its ${relation.name}`,
    };
  };

  return {
    relation,
    back: back.name,
    placeholder,
    ...(place === undefined ? {} : { place }),
    readNamed: (row) => said(row, readNamed(part, row)),
    readBeside(row) {
      const field = findField(part, toRowWords(row));
      return said(row, field ? [{ ...field, confidence: 0.9 * field.confidence }] : []);
    },
    listMissing: (set) =>
      through
        ? []
        : target.fields.filter((field) => isNeeded(field, [...hidden, ...set])).map((field) => field.name),
  };
}

const toRowWords = ({ before, after }: ColumnRow): readonly string[] =>
  [before, after].flatMap((text) => toWords(withoutBrackets(text))).map(toSingular);

function readNamed(part: Part, row: ColumnRow): readonly Reading[] {
  const words = toRowWords(row);
  const named = words.flatMap((_, i) => {
    const likeness = nameLikeness(words.slice(0, i + 1), part.names);
    if (likeness === 0) return [];
    const rest = withoutNames(words.slice(i + 1), part.names);
    const field = rest.length === 0 ? findOnlyField(part) : findField(part, rest);
    return field ? [{ ...field, confidence: likeness * field.confidence }] : [];
  });
  const other = row.placeholder === 'language' ? findText(part, words) : findReference(part, words);
  return [...named, ...(other ? [other] : [])];
}

function findField({ find, target, hidden, place }: Part, words: readonly string[]): Reading | undefined {
  const [likeness] = find(words.join(' ')).filter(
    ({ candidate }) => !candidate.sets.some((name) => hidden.includes(name)),
  );
  if (likeness && likeness.confidence >= 0.6)
    return { field: likeness.candidate.text, confidence: likeness.confidence };
  // `conversion rate` may be the rate.
  const last = target.fields.find(({ name }) => toSingular(name.toLowerCase()) === words.at(-1));
  if (!last || hidden.includes(last.name) || last.name === place) return undefined;
  return { field: last.name, confidence: 0.65 };
}

/** `name:en` is the name in a record for each language; systems that write such columns may add that it is the value. */
function findText(part: Part, words: readonly string[]): Reading | undefined {
  const said = words.length > 1 && /^(?:value|text)$/.test(words.at(-1)!) ? words.slice(0, -1) : words;
  const field = said.length === 0 ? undefined : findField(part, said);
  return field && { ...field, confidence: 0.85 * field.confidence };
}

/** `Supplier 1` is a record that the part's records refer to. */
function findReference({ find, back, through }: Part, words: readonly string[]): Reading | undefined {
  const [likeness] = through || words.length === 0 ? [] : find(words.join(' '));
  if (!likeness || likeness.confidence < 0.6) return undefined;
  const { relation, text, sets } = likeness.candidate;
  if (relation === undefined || sets.some((name) => back.fields.includes(name))) return undefined;
  return { field: text, confidence: 0.75 * likeness.confidence };
}

/** The one field that a column called like the relation alone can hold. */
function findOnlyField({ catalog, target, through, hidden, place }: Part): Reading | undefined {
  if (through) {
    const name = findAloneName(target, []);
    return name === undefined ? undefined : { field: name, confidence: 0.9 };
  }
  const needed = target.fields.filter((field) => field.name !== place && isNeeded(field, hidden));
  const [only] = needed;
  if (!only || needed.length > 1) return undefined;
  return { field: throughRelation(catalog, target, only.name) ?? only.name, confidence: 0.85 };
}

/** A foreign key by what the record it leads to is called. */
function throughRelation(catalog: Catalog, target: Entity, field: string): string | undefined {
  const relation = target.relations.find(
    (each): each is ToOneRelation =>
      each.kind === 'one' && each.fields.length === 1 && each.fields[0] === field,
  );
  const other = relation && catalog.entities.get(relation.entity);
  const name = other && findAloneName(other, []);
  return name === undefined ? undefined : `${relation!.name}.${name}`;
}

const isNeeded = (field: Field, besides: readonly string[]): boolean =>
  !field.nullable &&
  field.default === undefined &&
  field.generated === undefined &&
  !field.readOnly &&
  !besides.includes(field.name);

const NUMBERED =
  /^(?:position|pos|sort(?:_?order|_?index)?|(?:line|sequence)_?(?:no|number)|sequence|seq|ordinal|rank|idx|index)$/i;
const LANGUAGE = /^(?:lang|language|locale|culture)(?:_?(?:code|id|tag|name))?$/i;

function findPlace(
  catalog: Catalog,
  target: Entity,
  placeholder: ColumnRow['placeholder'],
  hidden: readonly string[],
): string | undefined {
  const [name, type] =
    placeholder === 'n'
      ? [NUMBERED, /^(?:int[248]|numeric)$/]
      : [LANGUAGE, /^(?:text|varchar|bpchar|citext)$/];
  const isFree = (field: Field): boolean =>
    name.test(field.name) && !field.type.array && !field.readOnly && !hidden.includes(field.name);
  const own = target.fields.find((field) => isFree(field) && type.test(field.type.base));
  if (own && placeholder === 'n') return own.name;
  const key = target.fields.find(isFree)?.name;
  return (key === undefined ? undefined : throughRelation(catalog, target, key)) ?? own?.name;
}
