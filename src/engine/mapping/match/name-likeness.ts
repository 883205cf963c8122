// How like a header is to the names of the candidates: exactly so, but for spelling, or by a known synonym.
import type { Catalog, Entity } from '../../catalog/catalog.js';
import { followPath } from '../field-path.js';
import { findPath, toPathText, WHOLE } from '../path-text.js';
import type { LearnedSynonym } from '../store/synonym-store.js';
import { toPlain, toStem, withoutBrackets } from './header-words.js';
import { type Candidate, type CandidateName, toCandidateNames } from './match-candidates.js';
import { toSynonyms } from './synonyms.js';

/** One thing that a header may mean. */
export interface Likeness {
  readonly candidate: Candidate;
  readonly confidence: number;
  readonly reason: string;
}

/** From a header, everything it may mean, the likeliest first. */
export type LikenessFinder = (header: string) => readonly Likeness[];

// The closer the reading, the more of a name's weight counts.
const TIERS: readonly {
  readonly share: number;
  readonly words: string;
  readonly toKey: (text: string) => string;
}[] = [
  { share: 1, words: '', toKey: (text) => text },
  { share: 0.98, words: ', but for case', toKey: (text) => text.trim().toLowerCase() },
  { share: 0.96, words: ', but for spelling', toKey: toPlain },
  { share: 0.92, words: ', but for plural or abbreviation', toKey: toStem },
  { share: 0.88, words: ', without what is in brackets', toKey: (text) => toStem(withoutBrackets(text)) },
];
const SYNONYM = 0.7;
/** What somebody confirmed is surer than any likeness but a field's very name. */
const LEARNED = 0.97;

/** Indexes the entity's names once; a header then costs a few look-ups. */
export function createLikenessFinder(
  catalog: Catalog,
  entity: Entity,
  learned: readonly LearnedSynonym[] = [],
): LikenessFinder {
  const confirmed = groupLearned(learned);
  const names = toCandidateNames(catalog, entity);
  const indexes = TIERS.map((tier) => groupByKey(names, tier.toKey));
  const byText = new Map(names.map(({ candidate }) => [candidate.text, candidate]));

  return (header) => {
    const exact = findExact(catalog, entity, header, byText);
    const found = new Map<string, Likeness>();
    const add = (likeness: Likeness) => {
      const known = found.get(likeness.candidate.text);
      if (!known || known.confidence < likeness.confidence) found.set(likeness.candidate.text, likeness);
    };
    if (exact) add({ candidate: exact, confidence: 1, reason: 'the path itself' });
    (confirmed.get(toPlain(header)) ?? []).forEach(({ field, source }, i) => {
      const candidate = findExact(catalog, entity, field, byText);
      const reason = `learned from the mapping ${source}`;
      if (candidate) add({ candidate, confidence: LEARNED - i * 0.05, reason });
    });
    TIERS.forEach((tier, i) => {
      const key = tier.toKey(header);
      if (key === '') return;
      for (const { candidate, weight, as } of indexes[i]!.get(key) ?? []) {
        // Nothing but the path itself is quite sure: a header may repeat another field's name.
        const confidence = Math.min(weight * tier.share, exact ? 0.99 : 1);
        add({ candidate, confidence, reason: `${as}${tier.words}` });
      }
    });
    const stems = indexes[3]!;
    toSynonyms(withoutBrackets(header)).forEach((stem, i) => {
      for (const { candidate, weight } of stems.get(stem) ?? []) {
        if (weight < 0.92) continue;
        add({
          candidate,
          confidence: SYNONYM * weight - i * 0.01,
          reason: `another word for ${candidate.text}`,
        });
      }
    });
    return [...found.values()].sort((a, b) => b.confidence - a.confidence);
  };
}

function groupLearned(learned: readonly LearnedSynonym[]): ReadonlyMap<string, readonly LearnedSynonym[]> {
  const groups = new Map<string, LearnedSynonym[]>();
  for (const synonym of learned) groups.set(synonym.header, [...(groups.get(synonym.header) ?? []), synonym]);
  return groups;
}

function groupByKey(
  names: readonly CandidateName[],
  toKey: (text: string) => string,
): ReadonlyMap<string, readonly CandidateName[]> {
  const groups = new Map<string, CandidateName[]>();
  for (const name of names) {
    const key = toKey(name.name);
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return groups;
}

// A header that is a path, however far it leads; and a name with a dot in it that nobody put in quotes.
function findExact(
  catalog: Catalog,
  entity: Entity,
  header: string,
  byText: ReadonlyMap<string, Candidate>,
): Candidate | undefined {
  const path = findPath(header);
  const text = path && path.at(-1) !== WHOLE ? toPathText(path) : undefined;
  const known = text === undefined ? undefined : byText.get(text);
  if (known) return known;
  const found = path && followPath(catalog, entity, path);
  if (found && 'field' in found && found.relations.length > 0) {
    const [first] = found.relations;
    return { path: found.path, text: text!, field: found.field, sets: first!.fields, relation: first!.name };
  }
  return byText.get(toPathText([header]));
}
