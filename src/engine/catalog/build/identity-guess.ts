// The guess by which key an incoming record is matched: one that people outside know beats one that the database made up.
import type { Field, UniqueKey } from '../catalog.js';
import { toWords } from './name-words.js';

export interface Identity {
  readonly fields: readonly string[];
  readonly reason: string;
}

// Defaults by which a column gets a value nobody outside knows.
const MADE_UP =
  /\b(nextval|gen_random_uuid|uuidv[47]|uuid_generate_v\d\w*|uuid_nil|txid_current|random|newid|gen_\w*id|\w*nanoid|\w*ulid|\w*cuid)\s*\(/i;
const CODE_WORDS = ['sku', 'code', 'number', 'no', 'nr', 'num', 'key', 'slug'];
const NAME_WORDS = ['name', 'label', 'title', 'email', 'mail', 'login', 'username'];
const ID_WORDS = ['id', 'uuid', 'guid', 'oid', 'token', 'hash', 'password', 'secret'];

/**
 * Chooses among the total unique keys. `referring`: the fields that are part of foreign keys, whose values have a
 * meaning of their own whatever they are called.
 */
export function guessIdentity(
  fields: readonly Field[],
  keys: readonly UniqueKey[],
  referring: ReadonlySet<string>,
): Identity {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const total = keys.filter((key) => key.total);
  if (total.length === 0) {
    return {
      fields: [],
      reason:
        keys.length === 0 ? 'it has no unique key' : 'its unique keys allow any number of records with NULL',
    };
  }
  const rated = total.map((key) => {
    const members = key.fields.map((name) => byName.get(name)!);
    const surrogate = members.some((field) => isMadeUp(field) && !referring.has(field.name));
    return { key, surrogate, rank: rankNames(members, referring) };
  });
  rated.sort(
    (a, b) =>
      Number(a.surrogate) - Number(b.surrogate) ||
      a.rank - b.rank ||
      a.key.fields.length - b.key.fields.length ||
      rankWord(a.key) - rankWord(b.key) ||
      Number(b.key.immediate) - Number(a.key.immediate) ||
      Number(b.key.primary) - Number(a.key.primary) ||
      (a.key.name < b.key.name ? -1 : 1),
  );
  const best = rated[0]!;
  return { fields: best.key.fields, reason: toReason(best.key, best.surrogate, rated.length) };
}

/** True if the database gives the field its value: identity column, sequence, random id. */
export function isMadeUp(field: Field): boolean {
  if (field.generated === 'always' || field.generated === 'byDefault') return true;
  return field.default !== undefined && !field.defaultByOverride && MADE_UP.test(field.default);
}

// 0: called like a code; 1: like a name; 2: anything else; 3: like an id. The best of the key's fields counts.
function rankNames(members: readonly Field[], referring: ReadonlySet<string>): number {
  const own = members.filter((field) => !referring.has(field.name));
  if (own.length === 0) return 2;
  return Math.min(
    ...own.map((field) => {
      const words = toWords(field.name).map((word) => word.toLowerCase());
      if (field.type.base === 'uuid' || words.some((word) => ID_WORDS.includes(word))) return 3;
      if (/^(float|timestamp|time|interval)/.test(field.type.base)) return 3;
      if (words.some((word) => CODE_WORDS.some((code) => isCalled(word, code)))) return 0;
      return words.some((word) => NAME_WORDS.some((name) => isCalled(word, name))) ? 1 : 2;
    }),
  );
}

/** `number` and, run together, `ordernumber`; short words only when they stand alone. */
function isCalled(word: string, kind: string): boolean {
  return word === kind || (kind.length > 3 && word.endsWith(kind));
}

function rankWord(key: UniqueKey): number {
  const words = key.fields.flatMap((name) => toWords(name).map((word) => word.toLowerCase()));
  const ranks = words.flatMap((word) =>
    [...CODE_WORDS, ...NAME_WORDS].flatMap((kind, i) => (isCalled(word, kind) ? [i] : [])),
  );
  return Math.min(99, ...ranks);
}

function toReason(key: UniqueKey, surrogate: boolean, choices: number): string {
  const what = `${key.primary ? 'primary key' : 'unique key'} ${key.name}`;
  if (surrogate) return `${what}: made up by the database, but there is no other`;
  return choices === 1 ? `${what}, the only one` : `${what}, the most natural of ${choices}`;
}
