// Tables that fit: on a terminal the widest columns give way, in a pipe nothing is cut.
import type { Style } from './terminal-style.js';
import { cutText, textWidth, toPrintable, wrapText } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  /** Default left. */
  readonly align?: 'left' | 'right';
  /** False for columns that are never cut (names, numbers). Default true. */
  readonly shrinks?: boolean;
}

const GAP = '  ';
const NARROWEST = 8;

/**
 * Lines of a table with a header. `width`: columns of the terminal, undefined in a pipe. Cells are plain texts; what
 * could steer a terminal is made visible.
 */
export function toTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: {
    readonly style: Style;
    readonly width: number | undefined;
    readonly indent?: string;
    /** True: what doesn't fit goes on in the next line instead of being cut. For texts that must be read whole. */
    readonly wrap?: boolean;
  },
): string[] {
  const indent = options.indent ?? '';
  const cells = rows.map((row) => columns.map((_, c) => toPrintable(row[c] ?? '')));
  const widths = columns.map((column, c) =>
    Math.max(textWidth(column.title), ...cells.map((row) => textWidth(row[c]!))),
  );
  if (options.width !== undefined) shrinkToFit(widths, columns, options.width - indent.length);

  const line = (texts: readonly string[], paint: (text: string) => string) =>
    indent +
    columns
      .map((column, c) => {
        const text = cutText(texts[c]!, widths[c]!);
        const space = ' '.repeat(widths[c]! - textWidth(text));
        const last = c === columns.length - 1;
        return column.align === 'right' ? space + paint(text) : paint(text) + (last ? '' : space);
      })
      .join(GAP)
      .trimEnd();

  return [
    line(
      columns.map((column) => column.title),
      options.style.dim,
    ),
    ...cells.flatMap((row) => {
      if (options.wrap !== true) return [line(row, (text) => text)];
      const wrapped = row.map((text, c) => wrapText(text, widths[c]!));
      const height = Math.max(...wrapped.map((lines) => lines.length));
      return Array.from({ length: height }, (_, i) =>
        line(
          wrapped.map((lines) => lines[i] ?? ''),
          (text) => text,
        ),
      );
    }),
  ];
}

function shrinkToFit(widths: number[], columns: readonly TableColumn[], width: number): void {
  let excess = widths.reduce((sum, w) => sum + w, 0) + GAP.length * (widths.length - 1) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [c, column] of columns.entries()) {
      if (column.shrinks === false || widths[c]! <= NARROWEST) continue;
      if (widest < 0 || widths[c]! > widths[widest]!) widest = c;
    }
    if (widest < 0) return;
    widths[widest]!--;
    excess--;
  }
}

/** Lines `name  value`, the names in one column, the values wrapped under themselves on a terminal. */
export function toPairs(
  pairs: readonly (readonly [name: string, value: string])[],
  options: { readonly style: Style; readonly indent?: string },
): string[] {
  const indent = options.indent ?? '';
  const nameWidth = Math.max(0, ...pairs.map(([name]) => textWidth(name)));
  return pairs.map(([name, value]) =>
    `${indent}${options.style.dim(name)}${' '.repeat(nameWidth - textWidth(name))}${GAP}${value}`.trimEnd(),
  );
}
