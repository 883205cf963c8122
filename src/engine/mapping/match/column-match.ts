// What is said about each column of a source: which field it fills, or why it fills none.
import type { Entity } from '../../catalog/catalog.js';
import type { MappedField, Mapping } from '../mapping.js';

export interface MatchedColumn {
  readonly column: string;
  /** Position in the header, from 0. */
  readonly index: number;
  readonly path: readonly string[];
  /** The path as text. */
  readonly field: string;
  /** 1: named exactly so; 0.5: a guess. */
  readonly confidence: number;
  /** In plain words. */
  readonly reason: string;
}

/** A column that fits a field which must not, or need not, be filled from it. */
export interface IgnoredColumn {
  readonly column: string;
  readonly index: number;
  readonly field?: string;
  readonly reason: string;
}

export interface UnmatchedColumn {
  readonly column: string;
  readonly index: number;
  /** What it may mean, for a person to decide. */
  readonly hint?: string;
}

/** Every column of the header is in exactly one of the three lists, each in header order. */
export interface ColumnMatches {
  readonly matched: readonly MatchedColumn[];
  readonly ignored: readonly IgnoredColumn[];
  readonly unmatched: readonly UnmatchedColumn[];
  /** The fields by which records can be matched with these columns: the entity's identity if it is covered, else a unique key that is; empty if none is. */
  readonly identity: readonly string[];
}

/** The mapping that says what was matched, to be shown, changed and saved. */
export function toMapping(entity: Entity, matches: ColumnMatches): Mapping {
  const isOwn =
    matches.identity.length === entity.identity.length &&
    matches.identity.every((name) => entity.identity.includes(name));
  const fields = matches.matched.map((match): MappedField => ({ column: match.column, field: match.field }));
  const ignore = [...matches.ignored, ...matches.unmatched].map((column) => column.column);
  return {
    entity: entity.name,
    ...(matches.identity.length === 0 || isOwn ? {} : { identity: matches.identity }),
    fields,
    ...(ignore.length === 0 ? {} : { ignore }),
  };
}
