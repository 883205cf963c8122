// Cuts an SQL script into its statements, so that each can be shown, or run, by itself.

export interface PlacedStatement {
  readonly text: string;
  /** Where it begins in the script, from 0. */
  readonly at: number;
}

/** The statements of a script in order, as `toPlacedStatements` finds them. */
export function toStatements(script: string): readonly string[] {
  return toPlacedStatements(script).map(({ text }) => text);
}

/**
 * The statements of a script in order, trimmed, without their final semicolon; what is only comments is left out.
 * Knows quotes, E'' strings, dollar quotes, nested comments and the bodies of `begin atomic` functions.
 */
export function toPlacedStatements(script: string): readonly PlacedStatement[] {
  const statements: PlacedStatement[] = [];
  const push = (from: number, to: number): void => {
    const cut = script.slice(from, to);
    statements.push({ text: cut.trim(), at: from + cut.length - cut.trimStart().length });
  };
  let start = 0;
  let hasContent = false;
  let depth = 0;
  for (let at = 0; at < script.length; ) {
    const rest = script.slice(at, at + 2);
    if (rest === '--' || rest === '/*') {
      at = rest === '--' ? afterLine(script, at) : afterComment(script, at);
      if (!hasContent) start = at;
      continue;
    }
    const letter = script[at]!;
    if (letter === ';' && depth === 0) {
      if (hasContent) push(start, at);
      at += 1;
      start = at;
      hasContent = false;
      continue;
    }
    if (/\s/.test(letter)) {
      at += 1;
      continue;
    }
    hasContent = true;
    const word = WORD.exec(script.slice(at, at + 128))?.[0];
    if (word === undefined || /^e$/i.test(word)) {
      at = afterQuoted(script, at);
      continue;
    }
    const lower = word.toLowerCase();
    if (lower === 'begin' && /^\s+atomic\b/i.test(script.slice(at + word.length, at + word.length + 64)))
      depth = 1;
    else if (depth > 0 && lower === 'case') depth += 1;
    else if (depth > 0 && lower === 'end') depth -= 1;
    at += word.length;
  }
  if (hasContent) push(start, script.length);
  return statements;
}

const WORD = /^[\p{L}_][\p{L}\p{N}_$]*/u;
const DOLLAR = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u;

/** The position after whatever begins at `at`: a quoted text, or one letter. */
function afterQuoted(script: string, at: number): number {
  const letter = script[at]!;
  if ((letter === 'E' || letter === 'e') && script[at + 1] === "'") return afterString(script, at + 1, true);
  if (letter === "'") return afterString(script, at, false);
  if (letter === '"') return afterMark(script, '"', at + 1);
  if (letter === '$') {
    const tag = DOLLAR.exec(script.slice(at, at + 128))?.[0];
    if (tag !== undefined) return afterMark(script, tag, at + tag.length);
  }
  return at + 1;
}

function afterString(script: string, at: number, hasEscapes: boolean): number {
  for (let next = at + 1; next < script.length; next++) {
    if (hasEscapes && script[next] === '\\') next += 1;
    else if (script[next] === "'") return next + 1;
  }
  return script.length;
}

function afterMark(script: string, mark: string, from: number): number {
  const end = script.indexOf(mark, from);
  return end < 0 ? script.length : end + mark.length;
}

function afterLine(script: string, at: number): number {
  return afterMark(script, '\n', at);
}

function afterComment(script: string, at: number): number {
  let depth = 0;
  for (let next = at; next < script.length; next++) {
    const two = script.slice(next, next + 2);
    if (two !== '/*' && two !== '*/') continue;
    depth += two === '/*' ? 1 : -1;
    next += 1;
    if (depth === 0) return next + 1;
  }
  return script.length;
}
