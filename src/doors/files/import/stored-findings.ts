// Where a dry run that is a run of its own leaves what it finds: every issue, and the differences up to a limit for each kind, in the
// database, to be looked through in pages.
import {
  dropDifferences,
  type FoundIssue,
  listIssues,
  type RunIssue,
  saveDifferences,
  saveIssues,
} from '../../../engine/pipeline/index.js';
import type { DifferenceBudget, DifferenceCell, RowDifference } from '../../../engine/records/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { DifferenceKeeper } from './first-differences.js';
import type { IssueSpool } from './issue-spool.js';

/** Of each kind, where the configuration doesn't say. */
export const DEFAULT_DIFFERENCES = 10_000;

const ACTIONS = { add: 'added', update: 'updated', delete: 'deleted' } as const;

export type StoredDifferences = DifferenceKeeper & {
  /** How many records of each kind are kept. */
  kept(): DifferenceBudget;
};

export function storeDifferences(database: Database, run: string, most: number): StoredDifferences {
  const counts = { add: 0, update: 0, delete: 0 };
  let records = 0;
  const take = ({ action }: RowDifference): boolean => counts[action]++ < most;
  return {
    budget: () => ({
      add: Math.max(0, most - counts.add),
      update: Math.max(0, most - counts.update),
      delete: Math.max(0, most - counts.delete),
    }),
    async add(differences) {
      // They come by kind, and are counted in the order of the source.
      const inOrder = [...differences].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
      const cells = inOrder.filter(take).flatMap((difference) => {
        const { action, row, line } = difference;
        const about = {
          record: ++records,
          ...(row === undefined ? {} : { row }),
          ...(line === undefined ? {} : { line }),
          action: ACTIONS[action],
          identity: Object.fromEntries(difference.identity.map(({ field, value }) => [field, value])),
        };
        return listCells(difference).map((cell) => ({ ...about, ...cell }));
      });
      await saveDifferences(database, run, cells);
    },
    drop: (row) => dropDifferences(database, run, row),
    list: () => [],
    kept: () => ({
      add: Math.min(most, counts.add),
      update: Math.min(most, counts.update),
      delete: Math.min(most, counts.delete),
    }),
  };
}

/** Of a new record also those by which it will be known. */
function listCells({ action, identity, cells }: RowDifference): readonly DifferenceCell[] {
  if (action !== 'add') return cells;
  const more = identity.filter(({ field }) => !cells.some((cell) => cell.field === field));
  return [...more.map(({ field, value }) => ({ field, before: null, after: value })), ...cells];
}

/** What it takes can be listed while it is filled. */
export function storeIssues(database: Database, run: string): IssueSpool {
  return {
    add: (issues) => database.transaction((client) => saveIssues(client, run, issues.map(toFoundIssue))),
    addLate: (issue) => database.transaction((client) => saveIssues(client, run, [toFoundIssue(issue)])),
    list: () => listIssues(database, run),
    remove: async () => {},
  };
}

const toFoundIssue = ({ cells, kinds = '', hint = '', ...issue }: RunIssue): FoundIssue =>
  cells === undefined ? { ...issue, hint } : { ...issue, hint, rowCells: { cells, kinds } };
