// What tests of the undo have at hand: the tables as text before and after, an import in between, and its undo.
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { createImportFixture, type ImportFixture, toCall } from '../import/import-fixture.js';

export interface UndoFixture extends ImportFixture {
  /** Every row of every table of the schema `public`, as text. */
  dump(): Promise<readonly string[]>;
  /** Undoes the run of the report. */
  undo(report: RunReport): Promise<RunReport>;
  dryUndo(report: RunReport): Promise<RunReport>;
  /** How many rows are kept for undos. */
  kept(): Promise<number>;
}

export async function createUndoFixture(ddl: string, from: 'empty' | 'shop' = 'empty'): Promise<UndoFixture> {
  const at = await createImportFixture(ddl, from);
  const watch = toCall({});
  return {
    ...at,
    async dump() {
      const tables = await at.rows(
        `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public' order by 1`,
      );
      const lines: string[] = [];
      for (const [table] of tables) {
        const rows = await at.rows(`select t.*::text from only ${table} t order by t.*::text collate "C"`);
        lines.push(...rows.map(([row]) => `${table} ${row}`));
      }
      return lines;
    },
    undo: (report) => at.files.undoRun(report.run!, watch),
    dryUndo: (report) => at.files.dryRunUndo(report.run!, watch),
    kept: async () => Number((await at.rows('select count(*) from dovetail.run_undo'))[0]![0]),
  };
}
