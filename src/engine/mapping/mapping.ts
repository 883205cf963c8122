// The mapping: one two-way description between the columns of a foreign table and the fields of an entity. Plain data,
// saved with every run, the same for files, sync, webhooks and the batch API.

import type { ValueSpelling } from '../../foundation/cells/value-spelling.js';

export type MappingStrategy = 'add' | 'update' | 'add_or_update' | 'replace' | 'mirror' | 'delete';
export const MAPPING_STRATEGIES: readonly MappingStrategy[] = [
  'add',
  'update',
  'add_or_update',
  'replace',
  'mirror',
  'delete',
];

/** What an empty cell means: nothing is said about the field, it becomes null, it becomes its default. */
export type EmptyRule = 'leave' | 'null' | 'default';
export const EMPTY_RULES: readonly EmptyRule[] = ['leave', 'null', 'default'];

/** What happens to a second row with the same identity in one source. */
export type DuplicateRule = 'last' | 'first' | 'fail';
export const MAPPING_DUPLICATE_RULES: readonly DuplicateRule[] = ['last', 'first', 'fail'];

/** Which way a field of the mapping goes. */
export type Direction = 'both' | 'import' | 'export';
export const DIRECTIONS: readonly Direction[] = ['both', 'import', 'export'];

export interface Mapping {
  readonly entity: string;
  /** Default: what the caller chooses, `add_or_update` if nobody does. */
  readonly strategy?: MappingStrategy;
  /** Names of the entity's own fields by which records are matched. Default: the entity's identity. */
  readonly identity?: readonly string[];
  /** For every field that says nothing of its own. Default `leave`. */
  readonly empty?: EmptyRule;
  /** Default `last`. */
  readonly onDuplicate?: DuplicateRule;
  /** How the source spells numbers, dates, booleans and NULL, for every field that says nothing of its own. Import only. */
  readonly spelling?: ValueSpelling;
  /**
   * A condition in CEL, `row["Type"] != "grouped"`: rows of the source for which it is false are skipped, and counted. An
   * export doesn't know it: use `--where` there.
   */
  readonly when?: string;
  /** Columns whose blank cells take the value of the row above; with `rows`, only within one record. */
  readonly fill?: readonly string[];
  /** Several rows of the source make one record. Default: each row is one. */
  readonly rows?: JoinedRows;
  /** Each record of the source is reshaped before the columns below are looked up. Only an import does it. */
  readonly documents?: Documents;
  readonly fields: readonly MappedField[];
  /** By name of a relation to many: the records that belong to the record and are written with it. */
  readonly many?: Readonly<Record<string, MappedPart>>;
  /** Columns that are meant to be left out; no warning names them. */
  readonly ignore?: readonly string[];
}

/** Rows that follow each other with the same key, or none, make one record; of each column its first value counts. */
export interface JoinedRows {
  /** The column that tells records apart. */
  readonly key: string;
  /** Most rows of one record; more fail as one. Default 1,000. */
  readonly most?: number;
}

/** Reshapes each record of the source; what comes out, an object or a list of them, are the records to map. */
export interface Documents {
  /** A JSONata expression over the record. Keys of its result are the columns; a list stays one for `many.….each`. */
  readonly jsonata: string;
  /** Longest time one record may take, in milliseconds. Default 5,000. */
  readonly timeout?: number;
}

/** Records of another table that belong to one record: images, variants, prices, translations, categories. */
export interface MappedPart {
  /**
   * One record for each item of a cell. Without it, and without `rows`: one for each number or name that a column pattern
   * of the fields meets, `Image {n}`, `name:{language}`.
   */
  readonly each?: MappedList;
  /** True: one record for each of the rows that make the record, if a column of the fields has a value there. */
  readonly rows?: boolean;
  /** As above, over the row (or the rows) the record is made of: false leaves this record of the part out, uncounted. */
  readonly when?: string;
  readonly fields: readonly MappedField[];
  /** Fields by which the part's records are matched, the relation back included. Default: a unique key that is set. */
  readonly identity?: readonly string[];
  /** Records of the parent that the source doesn't have: they stay, or are removed; a dry run says how many. Default `keep`. */
  readonly missing?: MissingRule;
  readonly empty?: EmptyRule;
  /** How many numbered columns, or which names, an export writes for `{…}`. Default: as many as there are. */
  readonly columns?: number | readonly string[];
}

/** What becomes of a part's stored records that the source doesn't have. */
export type MissingRule = 'keep' | 'delete';
export const MISSING_RULES: readonly MissingRule[] = ['keep', 'delete'];

/** A cell that holds a list: `red, green`, `size=L,colour=red`, or JSON. */
export interface MappedList {
  readonly column: string;
  /** Between the items. Default `,`. A cell that is a JSON list is taken apart as such. */
  readonly separator?: string;
  /** In packed cells what stands between name and value, `=`. Then `from: name` and `from: value` tell them apart. */
  readonly equals?: string;
}

/** One column and one field. Without a column it is a constant, which only an import sets. */
export interface MappedField {
  /** Path as text: `sku`, `brand.name`, `category.parent.name`; a name with a dot in quotes: `"net.price"`. */
  readonly field: string;
  /**
   * Name of the foreign column; in a part it may hold a placeholder, `Image {n}`. Exactly one of `column`, `columns`, `cel`,
   * `from` and `value` is given.
   */
  readonly column?: string;
  /**
   * Where `column` holds a placeholder outside of a part, `name:{language}`: the cells become one JSON object, by what stands for the
   * placeholder. These are the names it may have; without them any, but an export then does not know which columns to write.
   */
  readonly names?: readonly string[];
  /** Several columns whose texts are joined by `join`; an export splits the field into them again. */
  readonly columns?: readonly string[];
  /** Between the texts of `columns`. Default a blank. */
  readonly join?: string;
  /** An expression in CEL over the row, `row["Brand"] + " " + row["Name"]`; a blank cell is an empty text. Only an import does it. */
  readonly cel?: string;
  /**
   * In a part: `item`, the item of the list; `name` or `value` of a packed item; a key of an item that is a JSON object, as
   * `item.url`; `position`, the number among its siblings, from 1; or what a placeholder `{n}` met, `n`.
   */
  readonly from?: string;
  /** What is done to the text of the cell, in this order, before it is taken as a value; blank cells are left alone. */
  readonly steps?: readonly MappedStep[];
  /** A constant in PostgreSQL's text form; null is SQL NULL. */
  readonly value?: string | null;
  /** Used in place of an empty or missing cell, before `empty` is looked at. */
  readonly default?: string;
  readonly empty?: EmptyRule;
  /** How this column spells its values, setting by setting: `{ decimal: ',', dateOrder: dmy }`. Import only. */
  readonly spelling?: ValueSpelling;
  /** True: records that the path's relations don't find are created from the cells. */
  readonly create?: boolean;
  /** Default `both`. */
  readonly direction?: Direction;
}

/** One thing done to a text. An export does the opposite, where there is one, in the opposite order. */
export type MappedStep =
  | 'trim'
  | 'collapse'
  | 'upper'
  | 'lower'
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly unprefix: string }
  | { readonly unsuffix: string }
  | { readonly replace: Readonly<Record<string, string>> }
  | { readonly pad: { readonly length: number; readonly with?: string; readonly right?: boolean } }
  | { readonly split: { readonly by: string; readonly take: number } }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly list: string }
  | { readonly packed: PackedStep }
  | { readonly map: Readonly<Record<string, string | null>>; readonly otherwise?: string }
  | { readonly cel: string; readonly back?: string };

/** `size=L,colour=red` as a JSON object, or with `take` the value of one name. */
export interface PackedStep {
  /** Between the pairs. Default `,`. */
  readonly separator?: string;
  /** Between name and value. Default `=`. */
  readonly equals?: string;
  readonly take?: string;
}

/** The steps, each as it is written, in words, and whether an export can undo it; the reference is made of this. */
export const MAPPED_STEPS: readonly {
  readonly step: string;
  readonly says: string;
  readonly back: 'undone' | 'kept' | 'none';
}[] = [
  { step: 'trim', says: 'Blanks at both ends are taken away.', back: 'kept' },
  { step: 'collapse', says: 'Every run of blanks becomes one, none is left at the ends.', back: 'kept' },
  { step: 'upper', says: 'All letters large.', back: 'kept' },
  { step: 'lower', says: 'All letters small.', back: 'kept' },
  { step: 'prefix: TEXT', says: 'Puts a text before it.', back: 'undone' },
  { step: 'suffix: TEXT', says: 'Puts a text after it.', back: 'undone' },
  { step: 'unprefix: TEXT', says: 'Takes a text away where it begins with it.', back: 'undone' },
  { step: 'unsuffix: TEXT', says: 'Takes a text away where it ends with it.', back: 'undone' },
  { step: 'replace: { A: B }', says: 'Every A becomes B, one pair after the other.', back: 'kept' },
  { step: 'pad: { length: 8, with: "0", right: false }', says: 'Fills up to a length.', back: 'kept' },
  {
    step: 'split: { by: "/", take: 1 }',
    says: 'Of the parts between the texts the first (2: the second, -1: the last). Fields that together take every part from 1 on are joined again.',
    back: 'none',
  },
  { step: 'before: TEXT', says: 'What stands before the text; all of it where it is missing.', back: 'none' },
  { step: 'after: TEXT', says: 'What stands after the text; all of it where it is missing.', back: 'none' },
  {
    step: 'list: ","',
    says: 'A list for a field that holds one (array or JSON), items without blanks at their ends.',
    back: 'undone',
  },
  {
    step: 'packed: { separator: ",", equals: "=" }',
    says: 'A JSON object of `k=v,k=v`; a separator inside a value is told by what follows it. With `take: NAME` one value; fields that take names of one column are packed again.',
    back: 'undone',
  },
  {
    step: 'map: { "1": active, "0": draft }, otherwise: error',
    says: 'A table of values; null is an empty cell. `otherwise`: `error` fails the row (default), `keep` leaves the text as it is, `blank` makes an empty cell; any other text stands for all others.',
    back: 'undone',
  },
  {
    step: 'cel: EXPRESSION, back: EXPRESSION',
    says: 'An expression over `value`, the text so far, and `row["column"]`. `back` is what an export does, over `value` alone.',
    back: 'undone',
  },
];

/** True if the mapping needs more than columns passed on as they are. */
export const isRich = (mapping: Mapping): boolean =>
  mapping.when !== undefined ||
  mapping.fill !== undefined ||
  mapping.rows !== undefined ||
  mapping.documents !== undefined ||
  Object.keys(mapping.many ?? {}).length > 0 ||
  mapping.fields.some(isRichField);

const isRichField = (field: MappedField): boolean =>
  field.columns !== undefined ||
  (field.column !== undefined && /\{\w+\}/.test(field.column)) ||
  field.cel !== undefined ||
  field.from !== undefined ||
  (field.steps ?? []).length > 0;

/** True if an import reads the field. */
export const isImported = (field: MappedField): boolean => (field.direction ?? 'both') !== 'export';

/** True if an export writes the field. Constants say nothing about a record, so they are never exported. */
export const isExported = (field: MappedField): boolean =>
  (field.column !== undefined || field.columns !== undefined) && (field.direction ?? 'both') !== 'import';
