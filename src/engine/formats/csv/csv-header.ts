// Where the columns' names come from, and how missing and repeated ones are made usable.
import { formatsError } from '../formats-errors.js';
import { MAX_COLUMNS } from '../row-limits.js';
import { type CsvDialect, tooManyColumns } from './csv-dialect.js';
import { lexRows } from './csv-lexer.js';
import { createRowSink, type LexInput } from './csv-rows.js';

/**
 * Names as they are used: blanks around them cut, an empty one named by its place (`column3`), a repeated one numbered
 * (`name`, `name_2`). Names that stand in the source are never taken by a made one.
 */
export function toColumnNames(header: readonly string[]): string[] {
  const given = new Set(header.map((name) => name.trim()));
  const used = new Set<string>();
  return header.map((raw, i) => {
    const trimmed = raw.trim();
    let name = trimmed;
    if (name === '') name = firstFree(`column${i + 1}`, given, used);
    else if (used.has(name)) {
      for (let n = 2; ; n++) {
        name = `${trimmed}_${n}`;
        if (!used.has(name) && !given.has(name)) break;
      }
    }
    used.add(name);
    return name;
  });
}

function firstFree(base: string, given: ReadonlySet<string>, used: ReadonlySet<string>): string {
  let name = base;
  for (let n = 2; used.has(name) || given.has(name); n++) name = `${base}_${n}`;
  return name;
}

export interface FirstRow {
  readonly cells: readonly string[];
  readonly line: number;
  /** True if its quotes are broken. */
  readonly broken: boolean;
  /** Position and line behind it. */
  readonly position: number;
  readonly nextLine: number;
}

/** The window's first row as texts, without consuming it; undefined if it isn't whole yet (or there is none). */
export function findFirstRow(dialect: CsvDialect, input: LexInput): FirstRow | undefined {
  const width = lexCopy(dialect, input, 1)?.sink.widths[0];
  if (width === undefined) return undefined;
  const columns = Math.min(width, MAX_COLUMNS + 1);
  const copy = lexCopy(dialect, input, columns)!;
  const line = copy.sink.lines[0]!;
  if (width > MAX_COLUMNS) throw tooManyColumns(width, line);
  const cells = Array.from({ length: width }, (_, i) =>
    copy.input.bytes.toString('utf8', copy.sink.start[i], copy.sink.end[i]),
  );
  return {
    cells,
    line,
    broken: copy.sink.problems.length > 0,
    position: copy.input.position,
    nextLine: copy.input.line,
  };
}

/** On a copy, because freeing cells of escapes changes bytes that are to be read again. */
function lexCopy(dialect: CsvDialect, input: LexInput, columns: number) {
  const bytes = Buffer.allocUnsafeSlow(input.filled + 1);
  input.bytes.copy(bytes, 0, 0, input.filled);
  const copy: LexInput = { ...input, bytes };
  const sink = createRowSink(columns, 1);
  lexRows({ ...dialect, nullSpellings: [] }, copy, sink);
  return sink.rows === 1 ? { input: copy, sink } : undefined;
}

/** Column names of a header row. Names left empty at its end are dropped: nothing stands below them. Throws FORMATS-114. */
export function readHeaderNames(row: FirstRow): string[] {
  if (row.broken) {
    throw formatsError(114, {
      detail: `The quotes of the header in line ${row.line} are broken.`,
      hint: 'Mend the header; or check delimiter and quote.',
      pointer: { line: row.line },
    });
  }
  const bad = row.cells.findIndex((cell) => cell.includes('\u0000') || cell.includes('\ufffd'));
  if (bad >= 0) {
    throw formatsError(114, {
      detail: `The header in line ${row.line} holds ${row.cells[bad]!.includes('\u0000') ? 'a NUL' : 'invalid characters'} in cell ${bad + 1}.`,
      hint: 'Check encoding; or set columns to name the columns yourself.',
      pointer: { line: row.line },
    });
  }
  let used = row.cells.length;
  while (used > 1 && row.cells[used - 1]!.trim() === '') used--;
  return toColumnNames(row.cells.slice(0, used));
}
