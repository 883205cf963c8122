// Conditions as people type them: `price >= 10 and (brand.name = "Acme" or status in (new, active)) and not note is empty`.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Condition, Filter, FilterOperator } from './filter.js';
import { readTokens, type Token, whereError } from './where-lexer.js';

/** Conditions may be typed by anyone; the parser's own recursion must not be what ends. */
const MAX_DEPTH = 100;

const SIGNS: Readonly<Record<string, FilterOperator>> = {
  '=': 'eq',
  '==': 'eq',
  '!=': 'neq',
  '<>': 'neq',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

/** Operators in words, and the words that must follow. */
const WORDS: readonly {
  readonly words: readonly string[];
  readonly op: FilterOperator;
  readonly not?: true;
}[] = [
  { words: ['not', 'in'], op: 'nin' },
  { words: ['in'], op: 'in' },
  { words: ['not', 'contains'], op: 'contains', not: true },
  { words: ['contains'], op: 'contains' },
  { words: ['starts', 'with'], op: 'starts_with' },
  { words: ['starts_with'], op: 'starts_with' },
  { words: ['ends', 'with'], op: 'ends_with' },
  { words: ['ends_with'], op: 'ends_with' },
  { words: ['is', 'not', 'empty'], op: 'empty', not: true },
  { words: ['is', 'empty'], op: 'empty' },
  { words: ['is', 'not', 'null'], op: 'exists' },
  { words: ['is', 'null'], op: 'exists', not: true },
  { words: ['exists'], op: 'exists' },
];

/**
 * Reads a condition. `and` binds closer than `or`; names with blanks stand in double quotes, values with blanks in single
 * or double ones. Throws READ-101 that says where and what was expected.
 */
export function readWhere(where: string): Filter {
  const tokens = readTokens(where);
  let next = 0;
  let depth = 0;

  const peek = (ahead = 0): Token => tokens[Math.min(next + ahead, tokens.length - 1)]!;
  const isWord = (word: string, ahead = 0): boolean =>
    peek(ahead).kind === 'word' && peek(ahead).text.toLowerCase() === word;
  const isSign = (sign: string): boolean => peek().kind === 'sign' && peek().text === sign;
  const fail = (says: string, hint?: string) => whereError(where, peek().at, says, hint);

  function readOr(): Filter {
    const parts = [readAnd()];
    while (isWord('or')) {
      next++;
      parts.push(readAnd());
    }
    return parts.length === 1 ? parts[0]! : { or: parts };
  }

  function readAnd(): Filter {
    const parts = [readNot()];
    while (isWord('and')) {
      next++;
      parts.push(readNot());
    }
    return parts.length === 1 ? parts[0]! : { and: parts };
  }

  function readNot(): Filter {
    if (++depth > MAX_DEPTH) throw fail(`conditions are nested deeper than ${MAX_DEPTH}`);
    try {
      if (isWord('not') && !isOperatorAt(1)) {
        next++;
        return { not: readNot() };
      }
      return isSign('(') ? readGroup() : readCondition();
    } finally {
      depth--;
    }
  }

  // `not = 3`: a field called not.
  function isOperatorAt(ahead: number): boolean {
    const token = peek(ahead);
    return token.kind === 'sign' && token.text in SIGNS;
  }

  function readGroup(): Filter {
    const open = peek();
    next++;
    const inner = readOr();
    if (!isSign(')')) {
      throw fail(`expected ), 'and' or 'or'; the parenthesis of character ${open.at + 1} is still open`);
    }
    next++;
    return inner;
  }

  function readCondition(): Filter {
    const path = readFieldPath();
    const sign = peek().kind === 'sign' ? SIGNS[peek().text] : undefined;
    if (sign) {
      next++;
      return readCompared(path, sign);
    }
    const found = WORDS.find(({ words }) => words.every((word, i) => isWord(word, i)));
    if (!found) throw unknownOperator();
    next += found.words.length;
    const { op } = found;
    const condition: Condition =
      op === 'exists' || op === 'empty'
        ? { path, op }
        : { path, op, value: op === 'in' || op === 'nin' ? readList() : readValue() };
    return found.not ? { not: condition } : condition;
  }

  function readCompared(path: readonly string[], op: FilterOperator): Condition {
    if (isWord('null')) {
      throw fail('nothing equals null', "Write 'is null' or 'is not null'.");
    }
    return { path, op, value: readValue() };
  }

  // The words of a path are joined by dots: `brand.name`, `"Order Details"."Unit Price"`, `brand."full name"`.
  function readFieldPath(): readonly string[] {
    const first = peek();
    if (first.kind !== 'word' && first.kind !== 'name') {
      throw fail('expected a field', 'A condition is a field, an operator and a value: price >= 10.');
    }
    const steps: string[] = [];
    let open = true;
    for (;;) {
      const token = peek();
      const isPart = token.kind === 'name' || token.kind === 'word';
      if (!isPart || (steps.length > 0 && !token.joined)) break;
      if (token.kind === 'name') {
        if (!open) break;
        steps.push(token.text);
        open = false;
      } else {
        const parts = token.text.split('.');
        if (!open && parts.shift() !== '') break;
        const ends = parts.at(-1) === '' && peek(1).kind === 'name' && peek(1).joined;
        if (ends) parts.pop();
        if (parts.includes('')) throw fail('a step of the path is empty');
        steps.push(...parts);
        open = ends;
      }
      next++;
    }
    return steps;
  }

  function readValue(): string {
    const token = peek();
    if (token.kind === 'end' || token.kind === 'sign') throw fail('expected a value');
    next++;
    const after = peek();
    const isLoose = after.kind === 'word' || after.kind === 'name' || after.kind === 'text';
    if (isLoose && !isWord('and') && !isWord('or')) {
      throw fail(
        "expected 'and', 'or' or the end",
        `Put a value of several words in quotes: '${token.text} ${after.text}'.`,
      );
    }
    return token.text;
  }

  function readList(): readonly string[] {
    if (!isSign('(')) throw fail('expected a list in parentheses', 'Write status in (new, active).');
    const values: string[] = [];
    do {
      next++;
      values.push(readValue());
    } while (isSign(','));
    if (!isSign(')')) throw fail('expected , or )');
    next++;
    return values;
  }

  function unknownOperator() {
    const token = peek();
    const known = [...Object.keys(SIGNS), ...WORDS.map(({ words }) => words.join(' '))];
    if (token.kind === 'end') return fail('expected an operator', `Operators: ${known.join(', ')}.`);
    const near = token.kind === 'word' ? didYouMean(token.text, known) : undefined;
    const like =
      token.text.toLowerCase() === 'like' || token.text.toLowerCase() === 'ilike' ? 'contains' : near;
    const hint = like === undefined ? `Operators: ${known.join(', ')}.` : `Did you mean '${like}'?`;
    return fail(`${token.text} is no operator`, hint);
  }

  const filter = readOr();
  if (peek().kind !== 'end') throw fail("expected 'and', 'or' or the end");
  return filter;
}
