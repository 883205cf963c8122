// How single option values are read, and refused with a sentence that says what would have been right.
import { InvalidArgumentError } from 'commander';
import { THOUSANDS_SIGNS } from '../foundation/cells/value-spelling.js';

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least) {
      throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** The number of a run, as text: it may be larger than a double is exact. */
export function runNumber(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InvalidArgumentError('It takes the number of a run.');
}

/** `100` or `5%`. */
export function countOrPercent(text: string): { readonly count: number } | { readonly percent: number } {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const value = Number(match?.[1]);
  if (match === null || (match[2] === '%' ? value > 100 : !Number.isInteger(value))) {
    throw new InvalidArgumentError('It takes a number of rows, or a share of them: 100 or 5%.');
  }
  return match[2] === '%' ? { percent: value } : { count: value };
}

/** `a,b,c`, white space around the commas ignored. */
export function commaList(text: string): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.some((word) => word === ''))
    throw new InvalidArgumentError('It takes names separated by commas: a,b,c.');
  return words;
}

/** `name=value`, gathered over repeated options. */
export function nameAndValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** A delimiter or quote as it can be typed: `tab`, `\t`, `space`, `none`, or the characters themselves. */
export function typedCharacters(text: string): string {
  const named: Readonly<Record<string, string>> = {
    tab: '\t',
    '\\t': '\t',
    space: ' ',
    comma: ',',
    semicolon: ';',
    pipe: '|',
    none: '',
  };
  return named[text.toLowerCase()] ?? text;
}

/** What groups digits: a sign, or `space` and the like by name. */
export function thousandsSign(text: string): string {
  const sign = text === '\u00a0' || text === '\u202f' ? ' ' : typedCharacters(text);
  if (THOUSANDS_SIGNS.includes(sign)) return sign;
  throw new InvalidArgumentError("It takes . , ' _ or space.");
}

/** A day, or a moment of one, as ISO 8601 writes it; without a zone in this machine's. */
export function toMoment(text: string): Date {
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new InvalidArgumentError('It takes a day or a moment: 2026-11-27, or 2026-11-27T14:30.');
}

/** `yes`, `no`, or the number of the header's line. */
export function headerChoice(text: string): boolean | number {
  if (/^(yes|true)$/i.test(text)) return true;
  if (/^(no|false|none)$/i.test(text)) return false;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes yes, no, or the number of the line the header is in.');
}
