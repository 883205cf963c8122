// The query string as a list of parameters: family, members in brackets, value. `filter[price][gte]=10` is of the family `filter`.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';

export interface QueryParameter {
  /** As it stands in the address, decoded: for messages. */
  readonly name: string;
  readonly family: string;
  readonly members: readonly string[];
  readonly value: string;
}

const MOST_PARAMETERS = 100;
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** Throws API-202 for what can't be decoded, API-201 for a family that nobody here knows. */
export function readQueryParameters(query: string, families: readonly string[]): readonly QueryParameter[] {
  const parts = query.split('&').filter((part) => part !== '');
  if (parts.length > MOST_PARAMETERS) {
    throw apiError(202, {
      detail: `A request has at most ${MOST_PARAMETERS} query parameters, this one ${parts.length}.`,
    });
  }
  const seen = new Set<string>();
  return parts.map((part) => {
    const at = part.indexOf('=');
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? '' : decode(part.slice(at + 1));
    const found = NAME.exec(name);
    if (!found || !families.includes(found[1]!)) {
      const meant = didYouMean(found?.[1] ?? name, families);
      throw apiError(201, {
        detail: `There is no query parameter '${name}' here.`,
        hint: meant === undefined ? `Known are ${families.join(', ')}.` : `Did you mean '${meant}'?`,
        pointer: { parameter: name },
      });
    }
    if (seen.has(name)) {
      throw apiError(202, { detail: `${name} stands in the address twice.`, pointer: { parameter: name } });
    }
    seen.add(name);
    const members = [...found[2]!.matchAll(/\[([^[\]]*)\]/g)].map((member) => member[1]!);
    return { name, family: found[1]!, members, value };
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw apiError(202, { detail: `'${text.slice(0, 60)}' holds a % that begins no UTF-8 letter.` });
  }
}
