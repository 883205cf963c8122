// How a source spells its values, column by column. What one column leaves open another may decide: 13/02/2026 says for
// the whole file that the day comes first. What nothing decides is not guessed: it is read as PostgreSQL would, and said.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import {
  type DateOrder,
  decimalOf,
  mergeSpellings,
  type ValueSpelling,
} from '../../../foundation/cells/value-spelling.js';
import { type ColumnEvidence, gatherEvidence } from './column-evidence.js';
import type { DateForms } from './date-forms.js';
import type { NumberForms } from './number-forms.js';

/** What a spelling is about: it matters only to fields of these types. */
export type SpelledKind = 'number' | 'date';

export interface ColumnSpelling extends ColumnEvidence {
  /** Present where the column needs one to be read. */
  readonly spelling?: ValueSpelling;
  readonly about?: SpelledKind;
  /** In plain words: "decimal comma, thousands by points". */
  readonly says?: string;
  /** What could not be decided, with an example and what to set. */
  readonly open?: string;
}

/**
 * Looks at a batch of untyped cells. `given` are facts: what it says is not guessed, and decides what it touches. Columns
 * come back in their order. Only columns that `counts` decide for others: 1,5 in a text says nothing about numbers.
 * A column that contradicts itself has no spelling, and says so in `open`.
 */
export function guessSpellings(
  batch: CellBatch,
  given: ValueSpelling = {},
  counts: (column: string, about: SpelledKind) => boolean = () => true,
): readonly ColumnSpelling[] {
  const evidence = gatherEvidence(batch);
  if (batch.typed) return evidence;
  const numbers = evidence.filter(({ column, kind }) => kind === 'number' && counts(column, 'number'));
  const dates = evidence.filter(({ column, kind }) => /^date/.test(kind) && counts(column, 'date'));
  const decimal = given.decimal ?? (given.thousands === undefined ? fileDecimal(numbers) : decimalOf(given));
  const order = given.dateOrder ?? fileOrder(dates);
  return evidence.map((column) => {
    if (column.kind === 'number') return { ...column, ...spellNumbers(column, decimal) };
    if (column.kind === 'whole number' || column.kind === 'digits') return withNoValues(column, {}, 'number');
    if (/date|time/.test(column.kind)) return { ...column, ...spellDates(column, order) };
    return column;
  });
}

/** The spellings alone, by column. */
export function toSpellings(columns: readonly ColumnSpelling[]): Readonly<Record<string, ValueSpelling>> {
  return Object.fromEntries(
    columns.flatMap(({ column, spelling }) => (spelling === undefined ? [] : [[column, spelling]])),
  );
}

/** The sign the numbers decide for: undefined if none does, or some decide otherwise. */
function ownDecimal({ decimalComma, decimalPoint }: NumberForms): '.' | ',' | 'both' | undefined {
  if (decimalComma > 0 && decimalPoint > 0) return 'both';
  return decimalComma > 0 ? ',' : decimalPoint > 0 ? '.' : undefined;
}

function fileDecimal(columns: readonly ColumnEvidence[]): string | undefined {
  const signs = new Set(columns.map(({ numbers }) => ownDecimal(numbers)));
  signs.delete(undefined);
  const [sign] = signs;
  return signs.size === 1 && sign !== 'both' ? sign : undefined;
}

function spellNumbers(column: ColumnEvidence, file: string | undefined): Partial<ColumnSpelling> {
  const { numbers } = column;
  const own = ownDecimal(numbers);
  if (own === 'both') {
    return {
      open: `${column.column} mixes decimal points and commas; set --decimal and --thousands`,
    };
  }
  const groups = Object.entries(numbers.groups)
    .sort((a, b) => b[1] - a[1])
    .map(([sign]) => sign);
  const decimal = own ?? file;
  if (decimal === undefined && numbers.comma3 > 0) {
    const example = column.examples.find((text) => /\d,\d{3}/.test(text)) ?? '1,234';
    return {
      open: `${column.column}: ${example} may be thousands or decimals; set --thousands , or --decimal ,`,
    };
  }
  const other = decimal === ',' ? '.' : ',';
  const grouping = (decimal === ',' ? numbers.point3 : numbers.comma3) > 0 ? other : groups[0];
  const spelling: ValueSpelling = {
    ...(decimal === ',' ? { decimal: ',' } : {}),
    ...(grouping === undefined ? {} : { thousands: grouping }),
  };
  const says = [
    ...(decimal === ',' ? ['decimal comma'] : []),
    ...(grouping === undefined ? [] : [`thousands as 1${grouping}000`]),
  ];
  const found = withNoValues(column, spelling, 'number', says);
  if (decimal !== undefined || numbers.point3 === 0) return found;
  const example = column.examples.find((text) => /\d\.\d{3}/.test(text)) ?? '1.234';
  return {
    ...found,
    open: `${column.column}: ${example} is read with a decimal point; set --thousands . if the point groups the digits`,
  };
}

const ORDERS = ['dmy', 'mdy', 'ymd'] as const;

/** The orders in which every date of digits can be read. */
function ownOrders(dates: DateForms): readonly DateOrder[] {
  const count = dates.dates - dates.iso;
  if (count === 0 || count === dates.named) return [];
  const fits = ORDERS.filter((order) => dates.possible[order] === count);
  if (fits.length > 1 && fits.includes('dmy') && dates.points + dates.named >= count) return ['dmy'];
  return fits;
}

function fileOrder(columns: readonly ColumnEvidence[]): DateOrder | undefined {
  const orders = new Set(
    columns
      .map(({ dates }) => ownOrders(dates))
      .filter((fits) => fits.length === 1)
      .map(([order]) => order!),
  );
  return orders.size === 1 ? [...orders][0] : undefined;
}

const ORDER_WORDS: Readonly<Record<DateOrder, string>> = {
  dmy: 'day first',
  mdy: 'month first',
  ymd: 'year first',
  iso: 'ISO',
};

function spellDates(column: ColumnEvidence, file: DateOrder | undefined): Partial<ColumnSpelling> {
  const { dates } = column;
  if (column.kind === 'time') {
    return withNoValues(column, dates.spoken > 0 ? { clock: true } : {}, 'date', ['times such as 2:30 pm']);
  }
  if (dates.iso === dates.dates) return withNoValues(column, {}, 'date');
  if (dates.named === dates.dates - dates.iso) {
    const order = file === undefined || file === 'iso' ? 'dmy' : file;
    return withNoValues(column, { dateOrder: order }, 'date', ['months by name']);
  }
  const fits = ownOrders(dates);
  const order = fits.length === 1 ? fits[0] : fits.find((candidate) => candidate === file);
  if (order !== undefined) {
    return withNoValues(column, { dateOrder: order }, 'date', [`dates with the ${ORDER_WORDS[order]}`]);
  }
  const example = column.examples.find((text) => !/^\d{4}-\d{2}-\d{2}/.test(text)) ?? '';
  const words = (fits.length === 0 ? ORDERS : fits)
    .map((each) => `${each} (${ORDER_WORDS[each]})`)
    .join(' or ');
  return {
    open:
      fits.length === 0
        ? `${column.column} holds dates in more than one order; set --date-order`
        : `${column.column}: ${example} says not which is the day; set --date-order ${words}`,
  };
}

function withNoValues(
  column: ColumnEvidence,
  spelling: ValueSpelling,
  about: SpelledKind,
  says: readonly string[] = [],
): ColumnSpelling {
  const whole = mergeSpellings(
    spelling,
    column.noValues.length > 0 ? { noValue: column.noValues } : undefined,
  );
  if (whole === undefined) return column;
  const words = [
    ...(Object.keys(spelling).length === 0 ? [] : says),
    ...(column.noValues.length === 0 ? [] : [`${column.noValues.slice(0, 3).join(', ')} as no value`]),
  ];
  return { ...column, spelling: whole, about, says: words.join(', ') };
}
