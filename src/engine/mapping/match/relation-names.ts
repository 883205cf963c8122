// What a relation to many may be called in the name of a column, and how much some words are like it.
import type { Entity, ToManyRelation } from '../../catalog/catalog.js';
import { toSingular, toWords } from './header-words.js';
import { toSynonyms } from './synonyms.js';

/** Each name as its words, in lower case and singular. */
export type RelationNames = readonly (readonly string[])[];

/** Also without the owner's name: `product_image` of a product is `image`. */
export function toRelationNames(owner: Entity, relation: ToManyRelation): RelationNames {
  const toSingulars = (text: string): readonly string[] => toWords(text).map(toSingular);
  const owners = [owner.name, owner.label].map(toSingulars);
  const said = [relation.name, relation.label, relation.entity].map(toSingulars);
  const all = said.flatMap((words) => [
    words,
    ...owners.filter((name) => startsWith(words, name)).map((name) => words.slice(name.length)),
  ]);
  const texts = new Set(all.filter((words) => words.length > 0).map((words) => words.join(' ')));
  return [...texts].map((text) => text.split(' '));
}

const startsWith = (words: readonly string[], name: readonly string[]): boolean =>
  words.length > name.length && name.every((word, i) => words[i] === word);

/** 0 to 1: how sure it is that the words are one of the names. */
export function nameLikeness(words: readonly string[], names: RelationNames): number {
  const text = words.join('');
  const synonyms = toSynonyms(words.join(' '));
  return Math.max(
    0,
    ...names.map((name) => {
      if (name.join('') === text) return 0.95;
      if (synonyms.includes(name.join(''))) return 0.75;
      if (!isWithin(name, words)) return 0;
      return name.at(-1) === words.at(-1) ? 0.8 : 0.55;
    }),
  );
}

/** True if every word of the name is there, in its order. */
function isWithin(name: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  for (const word of words) if (word === name[at]) at++;
  return at === name.length;
}

/** `unit code` of a unit is its code. */
export function withoutNames(words: readonly string[], names: RelationNames): readonly string[] {
  const known = new Set(names.flat());
  const first = words.findIndex((word) => !known.has(word));
  return first <= 0 ? words : words.slice(first);
}
