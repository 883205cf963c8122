// The shape of a mapping as a person writes it: which keys there are and what each takes.
import {
  DATE_ORDERS,
  DECIMAL_SIGNS,
  PERCENT_RULES,
  THOUSANDS_SIGNS,
  type ValueSpelling,
} from '../../foundation/cells/value-spelling.js';
import { either, flag, list, object, type Shape, ShapeComplaint } from '../../foundation/config/shape.js';
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import {
  DIRECTIONS,
  EMPTY_RULES,
  MAPPING_DUPLICATE_RULES,
  MAPPING_STRATEGIES,
  type MappedField,
  type Mapping,
} from './mapping.js';

/** A name or a constant. Numbers and booleans of a typed source become their text. */
const scalar: Shape<string> = (value, where) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ShapeComplaint(where, 'expected a text');
};

const name: Shape<string> = (value, where) => {
  const text = scalar(value, where);
  if (text.trim() !== '') return text;
  throw new ShapeComplaint(where, 'expected a name, got an empty text');
};

/** A constant: a list or an object becomes JSON text. */
const constant: Shape<string | null> = (value, where) => {
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : scalar(value, where);
};

const oneOf =
  <T extends string>(words: readonly T[]): Shape<T> =>
  (value, where) => {
    // YAML reads the bare word null as nothing.
    const word = value === null ? 'null' : String(value);
    const found = words.find((candidate) => candidate === word);
    if (found !== undefined) return found;
    const near = didYouMean(word, words);
    const hint = near === undefined ? undefined : `Did you mean ${near}?`;
    throw new ShapeComplaint(where, `'${word}' is none of ${words.join(', ')}`, hint);
  };

const texts = either('a text or a list of texts', list(scalar), (value, where) => [scalar(value, where)]);

/** Numbers of a mapping arrive as they are written. */
const year: Shape<number> = (value, where) => {
  const text = scalar(value, where);
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new ShapeComplaint(where, 'expected a number of two digits');
};

const spelling: Shape<ValueSpelling> = object<ValueSpelling>({
  decimal: oneOf(DECIMAL_SIGNS),
  thousands: oneOf(THOUSANDS_SIGNS),
  currency: flag,
  percent: oneOf(PERCENT_RULES),
  dateOrder: oneOf(DATE_ORDERS),
  clock: flag,
  pivot: year,
  true: texts,
  false: texts,
  null: texts,
  noValue: texts,
});

const mappedField: Shape<MappedField> = (value, where) => {
  const field = object<MappedField>(
    {
      field: name,
      column: name,
      value: constant,
      default: scalar,
      empty: oneOf(EMPTY_RULES),
      spelling,
      create: flag,
      direction: oneOf(DIRECTIONS),
    },
    ['field'],
  )(value, where);
  if (field.column === undefined && field.value === undefined) {
    throw new ShapeComplaint(where, `${field.field} has neither column nor value`, 'Give it one of the two.');
  }
  if (field.column !== undefined && field.value !== undefined) {
    throw new ShapeComplaint(
      `${where}.value`,
      `${field.field} has a column and a value`,
      'A value for cells that are empty is called default.',
    );
  }
  if (field.value !== undefined && field.default !== undefined) {
    throw new ShapeComplaint(`${where}.default`, `${field.field} has a constant value, so it is never empty`);
  }
  if (field.value !== undefined && field.direction === 'export') {
    throw new ShapeComplaint(`${where}.direction`, `${field.field} is a constant, which only an import sets`);
  }
  return field;
};

const names = either('a name or a list of names', list(name), (value, where) => [name(value, where)]);

/** Returns the mapping, or throws a `ShapeComplaint` that names the key: `fields[2].colunm`. */
export const mappingShape: Shape<Mapping> = object<Mapping>(
  {
    entity: name,
    strategy: oneOf(MAPPING_STRATEGIES),
    identity: names,
    empty: oneOf(EMPTY_RULES),
    onDuplicate: oneOf(MAPPING_DUPLICATE_RULES),
    spelling,
    fields: list(mappedField),
    ignore: names,
  },
  ['entity', 'fields'],
);
