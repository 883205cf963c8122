// A spreadsheet's number as text, with the digits the program shows and no invented one: a spreadsheet keeps 15.

/**
 * `0.1+0.2` is `0.3`, a whole number has no point, a whole number written out keeps all its digits. Undefined if the text is no number.
 */
export function findNumberText(raw: string): string | undefined {
  if (/^-?(0|[1-9]\d*)$/.test(raw)) return raw === '-0' ? '0' : raw;
  // Few digits are kept as they are, and most numbers have few.
  if (raw.length <= 16 && /^-?(0|[1-9]\d*)\.\d*[1-9]$/.test(raw)) return raw;
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(raw)) return undefined;
  const number = Number(raw);
  if (!Number.isFinite(number)) return undefined;
  const short = String(Number(number.toPrecision(15)));
  return short.includes('e') ? toPlain(short) : short === '-0' ? '0' : short;
}

/** Without an exponent, as long as that stays readable. */
function toPlain(short: string): string {
  const [, sign, whole, part = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(short)!;
  const power = Number(exponent);
  if (Math.abs(power) > 40) return short;
  const digits = `${whole}${part}`;
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  return `${sign}${digits.padEnd(power + 1, '0')}`;
}
