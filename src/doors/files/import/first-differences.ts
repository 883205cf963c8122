// The first differences that a dry run would make, some of each kind, so that a thousand additions don't hide the one change.
import type { DifferenceBudget, RowDifference } from '../../../engine/records/index.js';
import type { RecordDifference } from './run-report.js';

/** An update shows what it overwrites; of the others a few tell what the rest is like. */
const MOST: DifferenceBudget = { add: 10, update: 20, delete: 10 };

/** What becomes of the differences that a dry run finds. */
export interface DifferenceKeeper {
  /** How many more of each kind are wanted. */
  budget(): DifferenceBudget;
  add(differences: readonly RowDifference[]): void | Promise<void>;
  /** Takes back that of a row which fails after all. */
  drop(row: number): void | Promise<void>;
  /** To be told in the report; none where they are kept elsewhere. */
  list(): readonly RecordDifference[];
}

export class FirstDifferences implements DifferenceKeeper {
  readonly #found: RowDifference[] = [];

  /** How many more are wanted. */
  budget(): DifferenceBudget {
    const left = (action: RowDifference['action']) =>
      MOST[action] - this.#found.filter((difference) => difference.action === action).length;
    return { add: left('add'), update: left('update'), delete: left('delete') };
  }

  add(differences: readonly RowDifference[]): void {
    this.#found.push(...differences);
  }

  /** Takes back that of a row which fails after all. */
  drop(row: number): void {
    const at = this.#found.findIndex((difference) => difference.row === row);
    if (at >= 0) this.#found.splice(at, 1);
  }

  /** In the order of the source; what it does not have comes last. */
  list(): readonly RecordDifference[] {
    const place = (row: number | undefined) => row ?? Number.MAX_SAFE_INTEGER;
    return [...this.#found]
      .sort((a, b) => place(a.row) - place(b.row))
      .map(({ row: _, ...difference }) => difference);
  }
}
