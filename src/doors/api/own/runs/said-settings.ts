// What a document says of an import, an export or an inspection, beyond the kinds of its members: held against what the services take, so
// that only what they know reaches them.

import type { FormatOptions } from '../../../../engine/formats/table-format.js';
import {
  DATE_ORDERS,
  DECIMAL_SIGNS,
  PERCENT_RULES,
  THOUSANDS_SIGNS,
  type ValueSpelling,
} from '../../../../foundation/cells/value-spelling.js';
import { didYouMean } from '../../../../foundation/errors/did-you-mean.js';
import { apiError } from '../../api-errors.js';
import type { OwnMember, OwnSaid } from '../own-resource.js';

export type Said = OwnSaid['attributes'];
type Members = Readonly<Record<string, OwnMember>>;

/** How a source is to be read: what is not said is detected. */
export const SOURCE_MEMBERS: Members = {
  entity: { kind: 'text', says: 'Whose records they are.' },
  format: { kind: 'text', says: 'Name of a format. Of an import default: detected.' },
  formatOptions: { kind: 'object', says: 'Options of the format, as delimiter, encoding, header or sheet.' },
  spelling: {
    kind: 'object',
    says: 'How values are spelled: decimal, thousands, currency, percent, dateOrder, true, false, null.',
  },
};

/** Those of the members that the document has, as they are. */
export const pick = (said: Said, members: Members): Said =>
  Object.fromEntries(Object.entries(said).filter(([name]) => Object.hasOwn(members, name)));

/** Throws API-543 for members that are of no use for what is asked. */
export function refuseOthers(said: Said, what: string, ...known: readonly Members[]): void {
  const alien = Object.keys(said).find((name) => !known.some((members) => Object.hasOwn(members, name)));
  if (alien !== undefined) throw misfit(alien, `'${alien}' is of no use for ${what}.`);
}

/** Throws API-543. */
export function readCount(said: Said, name: string): number | undefined {
  const value = said[name];
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw misfit(name, `${name} must be a whole number, 0 or more.`);
}

/** Throws API-543 for what can be no option of a format; whether there is such an option is the format's to say. */
export function readFormatOptions(said: Said): FormatOptions {
  const options = (said['formatOptions'] ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(options)) {
    const single = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (single || isTexts(value)) continue;
    throw misfit(
      `formatOptions/${name}`,
      `The option ${name} is a text, a number, true, false, or a list of texts.`,
    );
  }
  return options as FormatOptions;
}

const oneOf = (values: readonly string[]) => (value: unknown) => values.includes(value as string);
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const SPELLINGS: Readonly<Record<string, (value: unknown) => boolean>> = {
  decimal: oneOf(DECIMAL_SIGNS),
  thousands: oneOf(THOUSANDS_SIGNS),
  currency: (value) => typeof value === 'boolean',
  percent: oneOf(PERCENT_RULES),
  dateOrder: oneOf(DATE_ORDERS),
  true: isTexts,
  false: isTexts,
  null: isTexts,
};

/** Throws API-543. */
export function readSpelling(said: Said): ValueSpelling | undefined {
  const spelling = said['spelling'] as Readonly<Record<string, unknown>> | undefined;
  for (const [name, value] of Object.entries(spelling ?? {})) {
    const meant = didYouMean(name, Object.keys(SPELLINGS));
    if (!Object.hasOwn(SPELLINGS, name))
      throw misfit(
        `spelling/${name}`,
        `There is no spelling of '${name}'.`,
        meant && `Did you mean '${meant}'?`,
      );
    if (!SPELLINGS[name]!(value)) throw misfit(`spelling/${name}`, `${name} can't be spelled so.`);
  }
  return spelling as ValueSpelling | undefined;
}

export function misfit(member: string, detail: string, hint?: string) {
  const path = member.replaceAll('~', '~0');
  return apiError(543, {
    detail,
    ...(hint === undefined ? {} : { hint }),
    pointer: { member: `/data/attributes/${path}` },
  });
}
