// Headers matched to fields: the surest pairs first, never two columns onto one field, and a reason for every column.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity, Field } from '../../catalog/catalog.js';
import { findPath, WHOLE } from '../path-text.js';
import type { LearnedSynonym } from '../store/synonym-store.js';
import type { ColumnMatches, IgnoredColumn, MatchedColumn, UnmatchedColumn } from './column-match.js';
import { chooseIdentity, findIgnoreReason, isErrorColumn, isExampleMark } from './match-rules.js';
import { createLikenessFinder, type Likeness } from './name-likeness.js';
import { dropNeedless } from './needless-columns.js';

export interface MatchOptions {
  /** Fields by which records will be matched, where the caller knows. Default: what the columns allow. */
  readonly identity?: readonly string[];
  /** Dotted names of relations whose missing records will be created: columns that only fill a new record count too. */
  readonly create?: readonly string[];
  /** What people confirmed before, the most often confirmed first. */
  readonly learned?: readonly LearnedSynonym[];
  /** Guesses below this are hints, not matches. Default 0.6. */
  readonly minimum?: number;
}

interface Pair {
  readonly index: number;
  readonly likeness: Likeness;
}

/** Matches the columns of a source to the entity. Never throws; a column that fits nothing is in `unmatched`. */
export function matchColumns(
  catalog: Catalog,
  entity: Entity,
  header: readonly string[],
  options: MatchOptions = {},
): ColumnMatches {
  const minimum = options.minimum ?? 0.6;
  const find = createLikenessFinder(catalog, entity, options.learned);
  const likenesses = header.map((column) => (isNeverMatched(column) ? [] : find(column)));
  // A column whose best field is filled already takes no second-best one: that would be a wild guess.
  const pairs: Pair[] = likenesses
    .flatMap(([best], index) => (best ? [{ index, likeness: best }] : []))
    .filter((pair) => pair.likeness.confidence >= minimum)
    .sort((a, b) => b.likeness.confidence - a.likeness.confidence || a.index - b.index);

  const taken = new Map<number, Likeness>();
  const ambiguous = new Map<number, string>();
  for (const pair of pairs) {
    if (isFilled(pair.likeness, taken)) continue;
    const rival = findRival(pair, likenesses[pair.index]!, taken);
    if (rival) ambiguous.set(pair.index, `It may mean ${pair.likeness.candidate.text} or ${rival}.`);
    else taken.set(pair.index, pair.likeness);
  }

  const identity =
    options.identity ??
    chooseIdentity(
      entity,
      [...taken.values()].map((one) => one.candidate),
    );
  const matched: MatchedColumn[] = [];
  const ignored: IgnoredColumn[] = [];
  const unmatched: UnmatchedColumn[] = [];
  header.forEach((column, index) => {
    const likeness = taken.get(index);
    const never = likeness
      ? findIgnoreReason(entity, likeness.candidate, identity)
      : neverReason(catalog, entity, column);
    if (never !== undefined) {
      ignored.push({ column, index, ...(likeness ? { field: likeness.candidate.text } : {}), reason: never });
    } else if (likeness) {
      const { candidate, confidence, reason } = likeness;
      matched.push({ column, index, path: candidate.path, field: candidate.text, confidence, reason });
    } else {
      const hint = ambiguous.get(index) ?? hintFor(entity, column, likenesses[index]!, taken, header);
      unmatched.push({ column, index, ...(hint === undefined ? {} : { hint }) });
    }
  });
  return dropNeedless(catalog, entity, { matched, ignored, unmatched, identity }, options.create ?? []);
}

const isNeverMatched = (column: string): boolean =>
  isErrorColumn(column) || isExampleMark(column) || findPath(column)?.at(-1) === WHOLE;

const isJson = (field: Field): boolean => !field.type.array && /^jsonb?$/.test(field.type.base);

function neverReason(catalog: Catalog, entity: Entity, column: string): string | undefined {
  if (isErrorColumn(column)) return 'it names the errors of an earlier import';
  if (isExampleMark(column)) return 'it marks the example rows of a template, which are left out';
  const whole = entity.fields.find((field) => isJson(field) && column.startsWith(`${field.name}.`));
  if (whole) return `it is a part of ${whole.name}, which can only be written whole`;
  const name = findPath(column)?.at(-1) === WHOLE ? findPath(column)![0]! : column;
  const relation = entity.relations.find((candidate) => candidate.name === name);
  if (!relation || entity.fields.some((field) => field.name === column)) return undefined;
  const many = relation.kind === 'many' && catalog.entities.has(relation.entity);
  if (!many && name === column) return undefined;
  return many
    ? `it holds the records of ${relation.entity} that belong to it; import them by themselves`
    : `it holds the whole record of ${relation.entity}; what identifies it is enough`;
}

// A field is filled by one column; a reference either by its key or by what identifies the record, not by both.
function isFilled(likeness: Likeness, taken: ReadonlyMap<number, Likeness>): boolean {
  return findFiller(likeness, taken) !== undefined;
}

function findFiller(likeness: Likeness, taken: ReadonlyMap<number, Likeness>): number | undefined {
  const { candidate } = likeness;
  for (const [index, { candidate: other }] of taken) {
    const sameRelation = candidate.relation !== undefined && candidate.relation === other.relation;
    if (candidate.text === other.text) return index;
    if (!sameRelation && candidate.sets.some((name) => other.sets.includes(name))) return index;
  }
  return undefined;
}

function findRival(
  pair: Pair,
  likenesses: readonly Likeness[],
  taken: ReadonlyMap<number, Likeness>,
): string | undefined {
  return likenesses.find(
    (other) =>
      other.candidate.text !== pair.likeness.candidate.text &&
      other.confidence === pair.likeness.confidence &&
      !isFilled(other, taken),
  )?.candidate.text;
}

function hintFor(
  entity: Entity,
  column: string,
  likenesses: readonly Likeness[],
  taken: ReadonlyMap<number, Likeness>,
  header: readonly string[],
): string | undefined {
  const best = likenesses[0];
  const filler = best && findFiller(best, taken);
  if (best && filler !== undefined) {
    return `${best.candidate.text} is already filled from the column ${header[filler]}.`;
  }
  const free = entity.fields.filter(
    (field) => ![...taken.values()].some((one) => one.candidate.sets.includes(field.name)),
  );
  const near =
    best?.candidate.text ??
    didYouMean(
      column,
      free.map((field) => field.name),
    );
  return near === undefined ? undefined : `It may mean ${near}.`;
}
