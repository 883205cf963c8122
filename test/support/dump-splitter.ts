// Takes a psql script apart: runs of statements that can be sent together, and COPY statements with their data.

export interface DumpPart {
  readonly sql: string;
  /** For `copy … from stdin`: the lines up to `\.`. */
  readonly data?: string;
}

// One step over SQL text: a comment, a string (with or without backslashes), a quoted name, a dollar-quoted body, or one character.
const STEP =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$|[\s\S]/gy;
const COPY = /^\s*copy\s[\s\S]*\sfrom\s+stdin\b/i;
const OWNER = /^\s*alter\s[\s\S]*\sowner\s+to\s/i;

/** The parts in order. Bodies in `begin atomic … end` (no dollar quotes) are not understood. */
export function* splitDump(dump: string): Generator<DumpPart> {
  let ready = '';
  let statement = '';
  let bare = '';
  STEP.lastIndex = 0;
  for (let step = STEP.exec(dump); step !== null; step = STEP.exec(dump)) {
    const text = step[0];
    if (text === '\\' && bare.trim() === '') {
      const end = dump.indexOf('\n', STEP.lastIndex);
      STEP.lastIndex = end < 0 ? dump.length : end;
      continue;
    }
    statement += text;
    if (!text.startsWith('--') && !text.startsWith('/*')) bare += text;
    if (text !== ';') continue;
    if (COPY.test(bare)) {
      if (ready.trim() !== '') yield { sql: ready };
      ready = '';
      const start = dump.indexOf('\n', STEP.lastIndex) + 1;
      const end = dump.startsWith('\\.', start) ? start : dump.indexOf('\n\\.', start) + 1;
      if (end === 0) throw new Error(`No end of data for: ${bare.trim()}`);
      yield { sql: bare, data: dump.slice(start, end) };
      STEP.lastIndex = end + 2;
    } else if (!OWNER.test(bare)) {
      ready += statement;
    }
    statement = '';
    bare = '';
  }
  if ((ready + bare).trim() !== '') yield { sql: ready + statement };
}
