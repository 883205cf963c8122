// What looks wrong with a source, each with what can be done about it.

import type { SourceLook } from '../../../engine/formats/look-at-source.js';
import type { ColumnSpelling } from '../../../engine/formats/spelling/guess-spellings.js';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { decimalOf, type ValueSpelling } from '../../../foundation/cells/value-spelling.js';

export interface Suspicion {
  readonly message: string;
  readonly hint?: string;
  /** Of the first row it was seen in. */
  readonly line?: number;
  /** Of a row's problem. */
  readonly code?: string;
}

/** Everything suspicious about the first rows. `given`: what was stated about values, and so is no question any more. */
export function suspect(
  { first, detection }: SourceLook,
  columns: readonly ColumnSpelling[],
  given: ValueSpelling = {},
): readonly Suspicion[] {
  const { encoding } = detection;
  return [
    ...(first === undefined ? [{ message: 'The source has no records.' }] : rowProblems(first)),
    ...(encoding !== undefined && encoding.confidence < 0.8
      ? [
          {
            message: `The encoding is a guess: ${encoding.encoding}, ${Math.round(encoding.confidence * 100)}% sure.`,
            hint: encodingHint(encoding),
          },
        ]
      : []),
    ...columns.flatMap((column) => columnSuspicions(column, given)),
  ];
}

function encodingHint({ alternatives }: { readonly alternatives: readonly { readonly encoding: string }[] }) {
  const others = alternatives.map(({ encoding }) => encoding);
  return `If letters look wrong, set --encoding${others.length === 0 ? '' : `, for example to ${others.join(' or ')}`}.`;
}

/** By code: how many rows, the first of them, and why. */
function rowProblems(batch: CellBatch): readonly Suspicion[] {
  const byCode = new Map<string, { rows: Set<number>; first: CellBatch['problems'][number] }>();
  for (const problem of batch.problems) {
    const known = byCode.get(problem.code);
    if (known) known.rows.add(problem.index);
    else byCode.set(problem.code, { rows: new Set([problem.index]), first: problem });
  }
  return [...byCode].map(([code, { rows, first }]) => ({
    code,
    line: first.line ?? batch.lines[first.index]!,
    message:
      rows.size === 1
        ? first.message
        : `${rows.size} of the first ${batch.rows} rows, the first one: ${first.message}`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  }));
}

function columnSuspicions(column: ColumnSpelling, given: ValueSpelling): readonly Suspicion[] {
  const found: Suspicion[] = [];
  const stated = /date/.test(column.kind)
    ? given.dateOrder !== undefined
    : given.decimal !== undefined || (given.thousands !== undefined && decimalOf(given) !== undefined);
  if (column.open !== undefined && !stated) {
    const [message, hint] = column.open.split(/; (?=set )/);
    found.push({
      message: `${message}.`,
      ...(hint === undefined ? {} : { hint: `${hint[0]!.toUpperCase()}${hint.slice(1)}.` }),
    });
  }
  if (column.flags.length > 0 && given.true === undefined) {
    found.push({
      message: `${column.column} holds ${column.flags.join(' and ')}.`,
      hint: 'If they mean true and false, say which with --true and --false.',
    });
  }
  if (column.kind === 'blank' && column.rows > 1)
    found.push({ message: `${column.column} is blank in the first ${column.rows} rows.` });
  return found;
}
