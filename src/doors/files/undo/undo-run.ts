// An undo as a run: made, done, reported.
import { createUndoRun, waitOut } from '../../../engine/pipeline/index.js';
import type { Origin } from '../../../engine/records/index.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { ImportWatch } from '../import/import-call.js';
import type { ImportRooms } from '../import/import-work.js';
import { openIssueSpool } from '../import/issue-spool.js';
import { writeIssuesFile } from '../import/issues-file.js';
import { type RunReport, readRunReport } from '../import/run-report.js';
import { executeUndo } from './execute-undo.js';
import { dryRunUndo, readOutlook, titleOf } from './look-undo.js';
import { UNDO_CHUNK_ROWS, type UndoLook, type UndoSettings } from './undo-settings.js';

/** Undoes the run `undone`, to the end or as far as it goes. Throws PIPELINE-101, 109 and FILES-131 before anything is written. */
export async function undoRun(
  rooms: ImportRooms,
  undone: string,
  origin: Origin,
  watch: ImportWatch & { readonly chunkRows?: number },
): Promise<RunReport> {
  const { entity } = await readOutlook(rooms.database, undone);
  const settings: UndoSettings = { undoes: undone, chunkRows: watch.chunkRows ?? UNDO_CHUNK_ROWS };
  const id = await rooms.database.transaction((client) =>
    createUndoRun(client, undone, { kind: 'undo', entity, title: titleOf(undone), settings, origin }),
  );
  return resumeUndo(rooms, id, watch);
}

export async function resumeUndo(rooms: ImportRooms, id: string, watch: ImportWatch): Promise<RunReport> {
  await executeUndo(rooms, id, watch);
  const patience = { runId: id, ms: rooms.patienceMs ?? 60_000, sleep: rooms.sleep, signal: watch.signal };
  return waitOut(patience, () => readRunReport(rooms.database, id));
}

/** The dry run of an undo, with every conflict in a file if one is named. */
export async function lookAtUndo(
  rooms: { readonly database: Database; readonly spoolFolder: string },
  id: string,
  { issuesTo, ...watch }: UndoLook,
): Promise<RunReport> {
  if (issuesTo === undefined) return dryRunUndo(rooms.database, id, watch, undefined);
  const spool = await openIssueSpool(rooms.spoolFolder);
  try {
    const report = await dryRunUndo(rooms.database, id, watch, spool);
    return {
      ...report,
      issuesFile: { count: await writeIssuesFile(spool.list(), issuesTo), file: issuesTo },
    };
  } finally {
    await spool.remove();
  }
}
