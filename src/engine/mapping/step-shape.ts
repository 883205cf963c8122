// The shape of a step as a person writes it: a word, or the word with what it needs.
import { flag, object, record, type Shape, ShapeComplaint } from '../../foundation/config/shape.js';
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { MappedStep, PackedStep } from './mapping.js';

const anyText: Shape<string> = (value, where) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ShapeComplaint(where, 'expected a text');
};

const something: Shape<string> = (value, where) => {
  const text = anyText(value, where);
  if (text !== '') return text;
  throw new ShapeComplaint(where, 'expected a text, got an empty one');
};

const textOrNull: Shape<string | null> = (value, where) => (value === null ? null : anyText(value, where));

const whole: Shape<number> = (value, where) => {
  const found = typeof value === 'number' ? value : Number(anyText(value, where));
  if (Number.isInteger(found) && found !== 0 && Math.abs(found) <= 10_000) return found;
  throw new ShapeComplaint(where, 'expected a whole number other than 0');
};

const packed = object<PackedStep>({ separator: something, equals: something, take: something });

/** By the word a step is known by. */
const STEPS: Readonly<Record<string, Shape<MappedStep>>> = {
  prefix: object<{ prefix: string }>({ prefix: something }),
  suffix: object<{ suffix: string }>({ suffix: something }),
  unprefix: object<{ unprefix: string }>({ unprefix: something }),
  unsuffix: object<{ unsuffix: string }>({ unsuffix: something }),
  replace: object<{ replace: Readonly<Record<string, string>> }>({ replace: record(anyText) }),
  pad: object<{ pad: { length: number; with?: string; right?: boolean } }>({
    pad: object<{ length: number; with?: string; right?: boolean }>(
      { length: whole, with: something, right: flag },
      ['length'],
    ),
  }),
  split: object<{ split: { by: string; take: number } }>({
    split: object<{ by: string; take: number }>({ by: something, take: whole }, ['by', 'take']),
  }),
  before: object<{ before: string }>({ before: something }),
  after: object<{ after: string }>({ after: something }),
  list: object<{ list: string }>({ list: something }),
  packed: (value, where) => {
    const given = value as { readonly packed: unknown };
    return {
      packed: given.packed === null ? {} : object<{ packed: PackedStep }>({ packed })(value, where).packed,
    };
  },
  map: object<{ map: Readonly<Record<string, string | null>>; otherwise?: string }>(
    { map: record(textOrNull), otherwise: anyText },
    ['map'],
  ),
  cel: object<{ cel: string; back?: string }>({ cel: something, back: something }, ['cel']),
};

const WORDS = ['trim', 'collapse', 'upper', 'lower', 'packed'] as const;

export const mappedStep: Shape<MappedStep> = (value, where) => {
  const known = [...WORDS, ...Object.keys(STEPS)];
  if (typeof value === 'string') {
    if (value === 'packed') return { packed: {} };
    const word = WORDS.find((candidate) => candidate === value);
    if (word !== undefined) return word as MappedStep;
    if (STEPS[value]) throw new ShapeComplaint(where, `${value} needs more`, `Write it as { ${value}: … }.`);
    throw unknownStep(value, where, known);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeComplaint(where, 'expected a step', `The steps are ${known.join(', ')}.`);
  }
  const word = Object.keys(value).find((key) => Object.hasOwn(STEPS, key));
  if (word === undefined) throw unknownStep(Object.keys(value)[0] ?? '', where, known);
  return STEPS[word]!(value, where);
};

function unknownStep(word: string, where: string, known: readonly string[]): ShapeComplaint {
  const near = didYouMean(word, known);
  const hint =
    near === undefined ? `The steps are ${[...new Set(known)].join(', ')}.` : `Did you mean ${near}?`;
  return new ShapeComplaint(where, `'${word}' is no step`, hint);
}
