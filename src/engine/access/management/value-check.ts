// What names, e-mail addresses and the like may be, for all who write them into the tables of access.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { type ACCESS_ERRORS, accessError } from '../access-errors.js';

const LONGEST = 200;

/** The text without white space around it. Throws ACCESS-107 for one that is empty, too long, or has control characters. */
export function checkText(what: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw accessError(107, { detail: `The ${what} is empty.` });
  if (trimmed.length > LONGEST) {
    throw accessError(107, {
      detail: `The ${what} has ${trimmed.length} characters; ${LONGEST} are the most.`,
    });
  }
  if (/\p{Cc}/u.test(trimmed)) throw accessError(107, { detail: `The ${what} has control characters.` });
  return trimmed;
}

/** For texts that may be absent: null and blank are absent. */
export const checkOptionalText = (what: string, text: string | null | undefined): string | null =>
  text === undefined || text === null || text.trim() === '' ? null : checkText(what, text);

export function checkRoleName(text: string): string {
  const name = checkText('name of the role', text);
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name)) return name;
  throw accessError(107, {
    detail: `'${name}' can't be the name of a role.`,
    hint: 'It takes letters, digits, and between them . _ and -.',
  });
}

export function checkEmail(text: string): string {
  const email = checkText('e-mail address', text);
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email)) return email;
  throw accessError(107, { detail: `'${email}' is no e-mail address.` });
}

/** The error for a name that nothing has, with the nearest that something has. */
export function unknownName(
  number: keyof typeof ACCESS_ERRORS,
  what: string,
  name: string,
  known: Iterable<string>,
) {
  const near = didYouMean(name, known);
  return accessError(number, {
    detail: `There is no ${what} '${name}'.`,
    ...(near === undefined ? {} : { hint: `Did you mean '${near}'?` }),
  });
}

/** The error for a name that something else has, in place of PostgreSQL's; any other error as it is. */
export function toTaken(error: unknown, what: string, name: string): unknown {
  if ((error as { code?: unknown }).code !== '23505') return error;
  return accessError(106, { detail: `There is a ${what} '${name}' already.`, cause: error });
}
