// Query parameters of extensions: `upsert:by`, `delete:count`. They are taken out before the rest is read as the base has it.
import { apiError } from '../api-errors.js';

export interface TakenParameter {
  /** Decoded; undefined if it is not there. */
  readonly value: string | undefined;
  readonly rest: string;
}

/** Throws API-202 for one that stands twice, or can't be decoded. */
export function takeParameter(query: string, name: string): TakenParameter {
  const parts = query.split('&');
  const isIt = (part: string): boolean => decode(part.split('=')[0]!, name) === name;
  const own = parts.filter(isIt);
  if (own.length > 1) throw unfit(name, `${name} stands in the address twice.`);
  const rest = parts.filter((part) => !isIt(part)).join('&');
  const [part] = own;
  return {
    value: part === undefined ? undefined : decode(part.slice(part.indexOf('=') + 1 || part.length), name),
    rest,
  };
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unfit(name, `'${text.slice(0, 60)}' holds a % that begins no UTF-8 letter.`);
  }
}

const unfit = (parameter: string, detail: string) => apiError(202, { detail, pointer: { parameter } });
