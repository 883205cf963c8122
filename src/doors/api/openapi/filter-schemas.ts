// Which conditions a field can be asked for, by its type: each kind of type is one component that all fields of it share.
import type { FieldType } from '../../../engine/catalog/index.js';
import type { ComponentStore } from './component-store.js';
import type { Reference, Schema } from './json-schema.js';

const LIST = { type: 'string', description: 'values, joined by commas; a comma in a value is written \\,' };
const ASKS = {
  exists: { type: 'boolean', description: 'whether there is a value' },
  empty: { type: 'boolean', description: 'whether there is none, or nothing in it' },
};

/** Nothing is the default, so that a form which fills in what a schema shows asks for nothing. */
const toConditions = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  default: {},
});

function toComparisons(value: Schema): Schema {
  return {
    eq: value,
    neq: value,
    lt: value,
    lte: value,
    gt: value,
    gte: value,
    range: { type: 'string', description: 'lowest and highest value, joined by a comma' },
    in: LIST,
    nin: LIST,
  };
}

function toEquality(value: Schema): Schema {
  return { eq: value, neq: value, in: LIST, nin: LIST };
}

const text = { type: 'string' };
const FOUND_IN_TEXT = { contains: text, starts_with: text, ends_with: text };

const KINDS = {
  text: () => ({ ...toComparisons(text), ...FOUND_IN_TEXT, ...ASKS }),
  number: () => ({ ...toComparisons({ type: 'number' }), ...ASKS }),
  boolean: () => ({ ...toEquality({ type: 'boolean' }), ...ASKS }),
  // Also dates, moments and whatever else has an order: `now` and `today` are values of these.
  ordered: () => ({ ...toComparisons(text), ...ASKS }),
  list: () => ({ contains: text, ...ASKS }),
  // Without an order of its own the same text is the same value.
  unordered: () => ({ ...toEquality(text), contains: text, ...ASKS }),
  relationship: () => ASKS,
} as const;

export type FilterKind = keyof typeof KINDS;

export function toFilterKind(type: FieldType): FilterKind {
  if (type.array) return 'list';
  if (!type.comparable) return 'unordered';
  if (/^(text|varchar|bpchar|citext|name)$/.test(type.base)) return 'text';
  if (/^(int[248]|numeric|float[48])$/.test(type.base)) return 'number';
  return type.base === 'bool' ? 'boolean' : 'ordered';
}

const SEARCH = {
  search: {
    type: 'string',
    description: 'words, as for a search engine: `drill -cordless "half inch" or saw`',
  },
};

/** `searched`: an index answers a search in the field. */
export const toFilterSchema = (components: ComponentStore, kind: FilterKind, searched: boolean): Reference =>
  components.refer('schemas', `api.filter.${kind}${searched ? '.searched' : ''}`, () =>
    toConditions({ ...KINDS[kind](), ...(searched ? SEARCH : {}) }),
  );
