// Paths with `*`: `orders.*.lines` are the lines of all orders, `*` the values of an object whose keys are ids. Names of
// the form `^.id` carry a member of the objects around a record into its columns, `^key` the key it stands under.
import { formatsError } from '../formats-errors.js';
import { findTexts } from '../option-reading.js';
import type { FormatOptions } from '../table-format.js';

export interface Carried {
  /** As the option names it, and so the column. */
  readonly name: string;
  /** How many objects up; 0 for the record's own key. */
  readonly up: number;
  readonly member: string;
}

export const hasWildcard = (path: string): boolean => path.split('.').includes('*');

/** Throws FORMATS-108 for a name that can't be meant. */
export function readCarried(options: FormatOptions): readonly Carried[] {
  return (findTexts(options, 'carry') ?? []).map((name) => {
    if (name === '^key') return { name, up: 0, member: '' };
    const match = /^((?:\^\.)+)([^^].*)$/.exec(name);
    if (match) return { name, up: match[1]!.length / 2, member: match[2]! };
    throw formatsError(108, {
      detail: `The setting carry holds ${JSON.stringify(name)}.`,
      hint: 'carry takes names like ^.id (a member of the object around the record), ^.^.id (of the one around that) and ^key (the key the record stands under).',
    });
  });
}
