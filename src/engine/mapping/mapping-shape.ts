// The shape of a mapping as a person writes it: which keys there are and what each takes.
import {
  DATE_ORDERS,
  DECIMAL_SIGNS,
  PERCENT_RULES,
  THOUSANDS_SIGNS,
  type ValueSpelling,
} from '../../foundation/cells/value-spelling.js';
import {
  either,
  flag,
  list,
  number,
  object,
  record,
  type Shape,
  ShapeComplaint,
} from '../../foundation/config/shape.js';
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import {
  DIRECTIONS,
  type Documents,
  EMPTY_RULES,
  type JoinedRows,
  MAPPING_DUPLICATE_RULES,
  MAPPING_STRATEGIES,
  type MappedField,
  type MappedList,
  type MappedPart,
  type Mapping,
  MISSING_RULES,
} from './mapping.js';
import { mappedStep } from './step-shape.js';

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
/** A text that may be empty: what stands between things. */
const between: Shape<string> = scalar;

const names = either('a name or a list of names', list(name), (value, where) => [name(value, where)]);

/** Digits of a mapping file come as they are written. */
const count: Shape<number> = (value, where) => {
  const found = number(typeof value === 'string' ? Number(value) : value, where);
  if (Number.isInteger(found) && found > 0) return found;
  throw new ShapeComplaint(where, 'expected a whole number above 0');
};

const SOURCES = ['column', 'columns', 'cel', 'from', 'value'] as const;

const mappedField: Shape<MappedField> = (value, where) => {
  const field = object<MappedField>(
    {
      field: name,
      column: name,
      names: list(name),
      columns: list(name),
      join: between,
      cel: name,
      from: name,
      steps: list(mappedStep),
      value: constant,
      default: scalar,
      empty: oneOf(EMPTY_RULES),
      spelling,
      create: flag,
      direction: oneOf(DIRECTIONS),
    },
    ['field'],
  )(value, where);
  const given = SOURCES.filter((source) => field[source] !== undefined);
  if (given.length === 0) {
    throw new ShapeComplaint(
      where,
      `${field.field} has neither column nor value`,
      'Give it a column, columns, cel, from (in a part) or a value.',
    );
  }
  if (given.length > 1) {
    const said = given.map((source) => `a ${source}`).join(' and ');
    const hint =
      field.value === undefined ? 'Keep one of them.' : 'A value for cells that are empty is called default.';
    throw new ShapeComplaint(`${where}.${given.at(-1)}`, `${field.field} has ${said}`, hint);
  }
  if (field.value !== undefined && field.default !== undefined) {
    throw new ShapeComplaint(`${where}.default`, `${field.field} has a constant value, so it is never empty`);
  }
  if (field.value !== undefined && field.steps !== undefined) {
    throw new ShapeComplaint(`${where}.steps`, `${field.field} is a constant; write down what it is to be`);
  }
  if (field.value !== undefined && field.direction === 'export') {
    throw new ShapeComplaint(`${where}.direction`, `${field.field} is a constant, which only an import sets`);
  }
  if (field.join !== undefined && field.columns === undefined) {
    throw new ShapeComplaint(`${where}.join`, `${field.field} has nothing to join`, 'Name several columns.');
  }
  return field;
};

const joinedRows = object<JoinedRows>({ key: name, most: count }, ['key']);
const documents = object<Documents>({ jsonata: name, timeout: count }, ['jsonata']);
const mappedList = object<MappedList>({ column: name, separator: between, equals: between }, ['column']);

const mappedPart: Shape<MappedPart> = (value, where) => {
  const part = object<MappedPart>(
    {
      each: mappedList,
      rows: flag,
      when: name,
      fields: list(mappedField),
      identity: names,
      missing: oneOf(MISSING_RULES),
      empty: oneOf(EMPTY_RULES),
      columns: either<number | readonly string[]>('a number or a list of names', list(name), count),
    },
    ['fields'],
  )(value, where);
  if (part.each !== undefined && part.rows === true) {
    throw new ShapeComplaint(`${where}.rows`, 'the items of a cell or the rows of the record, not both');
  }
  if (part.each?.separator === '' || part.each?.equals === '') {
    throw new ShapeComplaint(`${where}.each`, 'an empty text separates nothing');
  }
  return part;
};

/** Returns the mapping, or throws a `ShapeComplaint` that names the key: `fields[2].colunm`. */
export const mappingShape: Shape<Mapping> = object<Mapping>(
  {
    entity: name,
    strategy: oneOf(MAPPING_STRATEGIES),
    identity: names,
    empty: oneOf(EMPTY_RULES),
    onDuplicate: oneOf(MAPPING_DUPLICATE_RULES),
    spelling,
    when: name,
    fill: names,
    rows: joinedRows,
    documents,
    fields: list(mappedField),
    many: record(mappedPart),
    ignore: names,
  },
  ['entity', 'fields'],
);
