// What one number says about the way its column spells numbers: which sign begins the decimals, which groups the digits.

/** Counts over a column's numbers. `comma3` and `point3` are those that say nothing: 1,234 and 1.234. */
export interface NumberForms {
  numbers: number;
  integers: number;
  /** With leading zeros or too long for a number: probably a code. */
  codes: number;
  decimalComma: number;
  decimalPoint: number;
  comma3: number;
  point3: number;
  readonly groups: Record<string, number>;
  currency: number;
  percent: number;
}

export const noNumberForms = (): NumberForms => ({
  numbers: 0,
  integers: 0,
  codes: 0,
  decimalComma: 0,
  decimalPoint: 0,
  comma3: 0,
  point3: 0,
  groups: {},
  currency: 0,
  percent: 0,
});

const CURRENCY =
  /^(?:\p{Sc}|([A-Z]{3}))[\s\u00a0\u202f]*(?=[-+\d.,])|(?<=[\d.,])[\s\u00a0\u202f]*(?:\p{Sc}|([A-Z]{3})|kr|zł|Kč)$/u;
/** Three letters alone may as well be the beginning of an article number. */
const CODES = new Set(Intl.supportedValuesOf('currency'));
const PLAIN = /^\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$|^\.\d+(?:[eE][-+]?\d+)?$/;
const GROUPED = /^\d{1,3}([.,'\u2019_ \u00a0\u202f\u2009])\d{2,3}(?:\1\d{2,3})*(?:([.,])\d+)?$/;

/** Adds what the text says; false if it is no number in any spelling. */
export function addNumber(forms: NumberForms, cell: string): boolean {
  let text = cell.replace(/^[-+]|-$/g, '').trim();
  const percent = text.endsWith('%');
  if (percent) text = text.slice(0, -1).trimEnd();
  const bare = text.replace(CURRENCY, (found, before?: string, behind?: string) =>
    CODES.has(before ?? behind ?? 'EUR') ? '' : found,
  );
  const currency = bare !== text;
  text = bare.replace(/^[-+]/, '');
  if (!/^[\d.]/.test(text) && !/^,\d/.test(text)) return false;
  if (!addDigits(forms, text)) return false;
  forms.numbers++;
  if (percent) forms.percent++;
  if (currency) forms.currency++;
  return true;
}

function addDigits(forms: NumberForms, text: string): boolean {
  if (/^\d+$/.test(text)) {
    forms.integers++;
    if ((text.length > 1 && text[0] === '0') || text.length > 18) forms.codes++;
    return true;
  }
  if (/^\d*,\d+(?:[eE][-+]?\d+)?$/.test(text)) {
    if (/^[1-9]\d{0,2},\d{3}$/.test(text)) forms.comma3++;
    else forms.decimalComma++;
    return true;
  }
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(text)) {
    forms.point3++;
    return true;
  }
  if (PLAIN.test(text)) {
    if (!/[eE]/.test(text) || text.includes('.')) forms.decimalPoint++;
    return true;
  }
  return addGroups(forms, text);
}

function addGroups(forms: NumberForms, text: string): boolean {
  const parts = GROUPED.exec(text);
  if (!parts) return false;
  const sign = parts[1]!;
  const decimal = parts[2];
  const whole = decimal === undefined ? text : text.slice(0, text.lastIndexOf(decimal));
  const groups = whole.split(/[.,'\u2019_ \u00a0\u202f\u2009]/).slice(1);
  // All groups by the same sign, the last one of three digits, the others alike.
  if (decimal === sign || whole.replaceAll(sign, '').search(/\D/) >= 0) return false;
  if (sign !== ',' && groups.some((group) => group.length !== 3)) return false;
  if (groups.at(-1)!.length !== 3 || new Set(groups.slice(0, -1).map((group) => group.length)).size > 1)
    return false;
  const plain = /[ \u00a0\u202f\u2009]/.test(sign) ? ' ' : sign === '\u2019' ? "'" : sign;
  forms.groups[plain] = (forms.groups[plain] ?? 0) + 1;
  if (decimal === ',' || plain === '.') forms.decimalComma++;
  if (decimal === '.' || plain === ',') forms.decimalPoint++;
  return true;
}
