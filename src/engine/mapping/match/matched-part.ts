// What is said of columns that come in a row: which records of the record they may be together, field by field.
import type { MappedField, MappedPart } from '../mapping.js';

export interface MatchedPart {
  /** Name of the relation to many. */
  readonly relation: string;
  /** Entity of the records. */
  readonly entity: string;
  readonly fields: readonly MatchedPartField[];
  /** Given where no key of the entity tells the records of one owner apart. */
  readonly identity?: readonly string[];
  /** Fields that a new record needs and no column fills. */
  readonly missing: readonly string[];
}

export interface MatchedPartField {
  /** Path as text, from the part's records on. */
  readonly field: string;
  /** A column with a placeholder, `images {n} url`, or what the placeholder met. */
  readonly source: { readonly column: string } | { readonly from: string };
  /** Positions in the header; none for what the placeholder met. */
  readonly columns: readonly number[];
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
}

/** The mapping of the part, ready to be checked and written down. */
export const toMappedPart = ({ fields, identity }: MatchedPart): MappedPart => ({
  ...(identity === undefined ? {} : { identity }),
  fields: fields.map(({ field, source }): MappedField => ({ field, ...source })),
});
