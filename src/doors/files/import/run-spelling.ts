// How a run's values are spelled: what the call says, and what of the detected spellings is worth telling.
import { readFormat } from '../../../engine/formats/index.js';
import type { ColumnSpelling, SpelledKind } from '../../../engine/formats/spelling/guess-spellings.js';
import type { Detection } from '../../../engine/formats/table-format.js';
import type { ValueSpelling } from '../../../foundation/cells/value-spelling.js';
import type { ImportCall } from './import-call.js';
import type { ImportPlans } from './import-plans.js';

/** The call's spelling. NULLs that the format itself reads are left to it: it can tell quoted cells from others. */
export function toRunSpelling(
  call: Pick<ImportCall, 'spelling'>,
  detection: Detection,
): ValueSpelling | undefined {
  if (call.spelling === undefined) return undefined;
  const formatReads = readFormat(detection.format).describeOptions.some(
    ({ name }) => name === 'nullSpellings',
  );
  const { null: nulls, ...rest } = call.spelling;
  const kept = formatReads || nulls === undefined ? rest : call.spelling;
  return Object.keys(kept).length === 0 ? undefined : kept;
}

const BASES: Readonly<Record<SpelledKind, ReadonlySet<string>>> = {
  number: new Set(['int2', 'int4', 'int8', 'oid', 'numeric', 'float4', 'float8']),
  date: new Set(['date', 'timestamp', 'timestamptz', 'time']),
};

/** Whether the column fills a field to which such a spelling matters. */
export function spelledColumns({
  plan,
  passedOn,
}: ImportPlans): (column: string, about: SpelledKind) => boolean {
  const feeds = new Map(
    plan.columns.flatMap(({ target: { source }, field }) =>
      'column' in source ? [[passedOn[source.column] ?? '', field.type.base] as const] : [],
    ),
  );
  return (column, about) => BASES[about].has(feeds.get(column) ?? '');
}

/** What matters of the guesses: that of columns which fill a field of such a type, and whose spelling nobody stated. */
export function saySpellings(
  guesses: readonly ColumnSpelling[],
  { plan, passedOn }: ImportPlans,
): { readonly says: readonly string[]; readonly open: readonly string[] } {
  const says = new Map<string, string[]>();
  const open: string[] = [];
  for (const guess of guesses) {
    const fed = plan.columns.find(
      ({ target: { source } }) => 'column' in source && passedOn[source.column] === guess.column,
    );
    if (fed === undefined) continue;
    const { base } = fed.field.type;
    const about: SpelledKind = BASES.number.has(base) ? 'number' : 'date';
    if (!BASES[about].has(base)) continue;
    if (guess.open !== undefined && isOpen(fed.target.spelling, about)) open.push(`${guess.open}.`);
    if (guess.says === undefined || guess.about !== about) continue;
    says.set(guess.says, [...(says.get(guess.says) ?? []), guess.column]);
  }
  return {
    says: [...says].map(
      ([what, names]) => `${what} in ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`,
    ),
    open,
  };
}

function isOpen(spelling: ValueSpelling | undefined, about: SpelledKind): boolean {
  if (about === 'date') return spelling?.dateOrder === undefined;
  return spelling?.decimal === undefined && spelling?.thousands === undefined;
}
