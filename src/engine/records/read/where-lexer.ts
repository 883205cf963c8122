// The words of a condition as a person types it, each with its place, so that an error can point at it.
import { readError } from './read-errors.js';

export interface Token {
  /** `word`: bare; `name`: in double quotes; `text`: in single quotes; `sign`: an operator, comma or parenthesis. */
  readonly kind: 'word' | 'name' | 'text' | 'sign' | 'end';
  readonly text: string;
  /** Position of the first character, from 0. */
  readonly at: number;
  /** True if nothing stands between it and the token before. */
  readonly joined: boolean;
}

const TOKEN =
  /(?<space>\s+)|'(?<text>(?:[^']|'')*)'|"(?<name>(?:[^"]|"")*)"|(?<sign><=|>=|<>|!=|==|[=<>(),])|(?<word>[^\s'"=<>!(),]+)/y;

/** Splits the text. Throws READ-101 at a quote that isn't closed or a character that means nothing. */
export function readTokens(where: string): readonly Token[] {
  const tokens: Token[] = [];
  let joined = false;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < where.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(where)?.groups;
    if (!groups) throw whereError(where, at, unreadable(where, at));
    if (groups['space'] !== undefined) {
      joined = false;
      continue;
    }
    tokens.push({ ...toToken(groups), at, joined });
    joined = true;
  }
  return [...tokens, { kind: 'end', text: '', at: where.length, joined: false }];
}

function toToken(groups: Record<string, string | undefined>): Pick<Token, 'kind' | 'text'> {
  const { text, name, sign, word } = groups;
  if (text !== undefined) return { kind: 'text', text: text.replaceAll("''", "'") };
  if (name !== undefined) return { kind: 'name', text: name.replaceAll('""', '"') };
  return sign === undefined ? { kind: 'word', text: word! } : { kind: 'sign', text: sign };
}

function unreadable(where: string, at: number): string {
  const sign = where[at]!;
  return sign === "'" || sign === '"' ? `the quote ${sign} is never closed` : `${sign} means nothing here`;
}

/** READ-101 with the place in the text: `At character 7 ('foo'): …`. */
export function whereError(where: string, at: number, says: string, hint?: string) {
  const rest = where.slice(at, at + 20);
  const place =
    rest === ''
      ? 'At the end of the condition'
      : `At character ${at + 1} of the condition (${rest}${at + 20 < where.length ? '…' : ''})`;
  return readError(101, { detail: `${place}: ${says}.`, ...(hint === undefined ? {} : { hint }) });
}
