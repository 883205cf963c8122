// COPY's text format taken apart again, for formats that PostgreSQL doesn't write itself.

export type TextRow = readonly (string | null)[];

/** Splits blocks of COPY text into rows, in order; every batch has at least one row. */
export async function* readCopyRows(
  blocks: AsyncIterable<Buffer>,
  columns: number,
): AsyncGenerator<readonly TextRow[]> {
  let carry: Buffer | undefined;
  for await (const block of blocks) {
    const bytes = carry ? Buffer.concat([carry, block]) : block;
    // Line breaks inside values are escaped, so each one ends a row, and no letter is cut there.
    const end = bytes.lastIndexOf(10);
    carry = end === bytes.length - 1 ? undefined : bytes.subarray(end + 1);
    if (end >= 0) yield toRows(bytes.toString('utf8', 0, end), columns);
  }
}

function toRows(text: string, columns: number): readonly TextRow[] {
  // A row without columns is an empty line; so is one whose only value is the empty text.
  return text.split('\n').map((line) => (columns === 0 ? [] : toRow(line)));
}

function toRow(line: string): TextRow {
  const cells: (string | null)[] = line.split('\t');
  if (!line.includes('\\')) return cells;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (cell === '\\N') cells[i] = null;
    else if (cell.includes('\\')) cells[i] = cell.replace(/\\(.)/g, toSign);
  }
  return cells;
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const toSign = (_: string, sign: string): string => ESCAPES[sign] ?? sign;
