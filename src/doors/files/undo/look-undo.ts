// Before an undo: whether there can be one, what it would do, and, by doing it in a transaction that is rolled back, what
// of it could not be done.
import { addCounters, NO_COUNTS, type Run, readRun, refuseUndo } from '../../../engine/pipeline/index.js';
import {
  countKept,
  readRepeats,
  readUndoTables,
  type UndoTable,
  undoBatch,
} from '../../../engine/records/index.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { importError } from '../import/import-errors.js';
import type { IssueSpool } from '../import/issue-spool.js';
import { IssueTally } from '../import/issue-tally.js';
import type { RunReport } from '../import/run-report.js';
import { sweepKept } from './sweep-kept.js';
import { UNDO_CHUNK_ROWS, type UndoOutlook, type UndoWatch } from './undo-settings.js';

/** Throws PIPELINE-101, 109 and FILES-131 if the run can't be undone. */
export async function readOutlook(db: Queryable, id: string): Promise<UndoOutlook> {
  const run = await readRun(db, id);
  refuseUndo(run);
  const tables = await readTables(db, id);
  const counts = await countKept(db, id);
  return {
    run: id,
    entity: run.entity,
    title: run.title,
    ...counts,
    warnings: tellLosses(tables, counts.deleted),
  };
}

/** The tables of a run, unless one is no longer what it was. Throws FILES-131. */
export async function readTables(db: Queryable, id: string): Promise<readonly UndoTable[]> {
  const tables = await readUndoTables(db, id);
  if (typeof tables !== 'string') return tables;
  throw importError(131, {
    detail: `Run ${id} can't be undone: the schema changed since, ${tables}.`,
    hint: 'Put the column back as it was, and undo the run then.',
  });
}

function tellLosses(tables: readonly UndoTable[], deleted: number): readonly string[] {
  const followers = deleted === 0 ? [] : tables.flatMap((table) => table.followers);
  const names = [...new Set(followers.map(({ table }) => table))];
  return names.length === 0
    ? []
    : [
        `Records of ${names.join(', ')} that PostgreSQL deleted or changed along with deleted ones (on delete cascade, set null) are not put back.`,
      ];
}

/** Undoes the run in one transaction and rolls it back: exact, at the price of locks while it lasts. */
export async function dryRunUndo(
  database: Database,
  id: string,
  watch: UndoWatch,
  spool: IssueSpool | undefined,
): Promise<RunReport> {
  const begun = Date.now();
  const outlook = await readOutlook(database, id);
  const tables = await readTables(database, id);
  const issues = new IssueTally(spool);
  let counters = NO_COUNTS;
  await database.withClient(async (client) => {
    await client.query('begin');
    try {
      const repeats = await readRepeats(client, id);
      await sweepKept(
        (last) => {
          watch.signal.throwIfAborted();
          const origin = { kind: 'import', id: 'dry run' } as const;
          return undoBatch(client, id, tables, { origin, limit: UNDO_CHUNK_ROWS, last, repeats });
        },
        async (step) => {
          counters = addCounters(counters, step.counters);
          await issues.add(step.issues);
          watch.onProgress({ phase: 'checking', rows: counters.read, failed: counters.failed });
        },
      );
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
  return {
    ...startOf(outlook),
    state: counters.failed > 0 ? 'completed_with_errors' : 'completed',
    interrupted: false,
    dryRun: true,
    counters,
    seconds: (Date.now() - begun) / 1000,
    errors: issues.groups('error'),
    warnings: issues.groups('warning'),
    notChecked: outlook.warnings,
    resumable: false,
  };
}

const startOf = ({ entity, run }: UndoOutlook) =>
  ({ kind: 'undo', entity, title: titleOf(run), undoes: run }) as const;

export const titleOf = (run: Run['id']): string => `undo of run ${run}`;
