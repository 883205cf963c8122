// From issues, in the order of the source, to failed rows: each row once, with all that was wrong with it.
import type { FailedRow } from '../../../engine/formats/failed-rows.js';
import type { RunIssue } from '../../../engine/pipeline/index.js';
import type { CellKind } from '../../../foundation/cells/cell-batch.js';

interface GatheredRow extends Omit<FailedRow, 'errors'> {
  readonly row: number;
  readonly errors: string[];
}

/** Takes issues page by page; hands out the rows of which nothing more can come. */
export class FailedRowGatherer {
  readonly #width: number;
  #record: GatheredRow | undefined;
  #held: GatheredRow | undefined;

  /** `width`: columns of the source. */
  constructor(width: number) {
    this.#width = width;
  }

  take(issues: readonly RunIssue[]): FailedRow[] {
    const rows: FailedRow[] = [];
    for (const issue of issues) {
      if (issue.severity !== 'error' || issue.row === undefined) continue;
      if (this.#record?.row !== issue.row) {
        this.#close(rows);
        this.#record = { row: issue.row, line: issue.line ?? issue.row, cells: [], errors: [] };
      }
      if (this.#record.cells.length === 0 && issue.cells) {
        const kinds = issue.kinds ? { kinds: Array.from(issue.kinds, Number) as CellKind[] } : {};
        this.#record = { ...this.#record, cells: issue.cells, ...kinds };
      }
      this.#record.errors.push(issue.hint ? `${issue.message} ${issue.hint}` : issue.message);
    }
    return rows;
  }

  /** The rest. */
  finish(): FailedRow[] {
    const rows: FailedRow[] = [];
    this.#close(rows);
    if (this.#held) rows.push(...toRows(this.#held, this.#width));
    return rows;
  }

  /** Several records may have been made of one row: it comes out once, with the errors of all. */
  #close(rows: FailedRow[]): void {
    const record = this.#record;
    if (record === undefined) return;
    const held = this.#held;
    if (held && held.line === record.line && isSame(held.cells, record.cells)) {
      held.errors.push(...record.errors);
    } else {
      if (held) rows.push(...toRows(held, this.#width));
      this.#held = record;
    }
    this.#record = undefined;
  }
}

const isSame = (a: readonly (string | null)[], b: readonly (string | null)[]): boolean =>
  a.length === b.length && a.every((cell, i) => cell === b[i]);

/** A record that a mapping made of several rows comes out as these; what was wrong stands beside the first. */
function toRows(record: FailedRow, width: number): readonly FailedRow[] {
  const count = width === 0 ? 1 : Math.ceil(record.cells.length / width);
  if (count <= 1) return [record];
  return Array.from({ length: count }, (_, i) => ({
    line: record.line,
    cells: record.cells.slice(i * width, (i + 1) * width),
    ...(record.kinds ? { kinds: record.kinds.slice(i * width, (i + 1) * width) } : {}),
    errors: i === 0 ? record.errors : [],
  }));
}
