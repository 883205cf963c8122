// Whether a run can be taken back, and by which other run it was: a run is undone once.
import type { Client, Queryable } from '../../foundation/postgres/database.js';
import { pipelineError } from './pipeline-errors.js';
import type { Run } from './run.js';
import { lostRun, type RunHold } from './run-fence.js';
import { createRun, type NewRun, readRun } from './run-store.js';

/** Notes that what the run writes is kept, unless something was noted before. Returns what stands there. */
export async function beginKeeping(db: Queryable, run: RunHold): Promise<'kept' | 'given_up'> {
  const { rows } = await db.query<{ undo: 'kept' | 'given_up' }>(
    `update dovetail.runs set undo = coalesce(undo, 'kept') where id = $1 and fence = $2 returning undo`,
    [run.id, run.fence],
  );
  if (rows[0] === undefined) throw lostRun(run.id);
  return rows[0].undo;
}

/** Notes that the run can't be undone any more; `why` is a clause in plain words. */
export async function giveUpKeeping(db: Queryable, run: RunHold, why: string): Promise<void> {
  const result = await db.query(
    `update dovetail.runs set undo = 'given_up', undo_why = $3 where id = $1 and fence = $2`,
    [run.id, run.fence, why],
  );
  if (result.rowCount !== 1) throw lostRun(run.id);
}

/** Throws PIPELINE-109 if the run can't be undone, with what to do about it. */
export function refuseUndo(run: Run): void {
  const refuse = (detail: string, hint?: string) => {
    throw pipelineError(109, { detail: `Run ${run.id} ${detail}.`, ...(hint === undefined ? {} : { hint }) });
  };
  if (run.kind !== 'import') refuse(`is of the kind ${run.kind}; only imports can be undone`);
  if (run.undoneBy !== undefined)
    refuse(
      `was undone by run ${run.undoneBy}`,
      `\`dovetail runs show ${run.undoneBy}\` says how that went; if it was stopped: \`dovetail runs resume ${run.undoneBy}\`.`,
    );
  if (run.interrupted || run.state === 'queued')
    refuse(
      run.interrupted ? 'is interrupted' : 'is still queued',
      `Go on with it (\`dovetail runs resume ${run.id}\`) or end it (\`dovetail runs cancel ${run.id}\`), then undo it.`,
    );
  if (run.state === 'running')
    refuse(
      'is still running',
      `Wait for it, or end it with \`dovetail runs cancel ${run.id}\`, then undo it.`,
    );
  if (run.undo === undefined)
    refuse(
      "can't be undone: nothing of what it wrote over was kept",
      'It was started with --no-undo, or before undo was there.',
    );
  if (run.undo !== 'kept')
    refuse(`can't be undone: ${run.undoWhy ?? 'what it wrote over is no longer kept'}`);
}

/** Makes the run that undoes another one, which can't be resumed from then on. Throws PIPELINE-101, 109. */
export async function createUndoRun(client: Client, undone: string, run: NewRun): Promise<string> {
  await client.query('select from dovetail.runs where id = $1 for update', [undone]);
  refuseUndo(await readRun(client, undone));
  const id = await createRun(client, run);
  await client.query(`update dovetail.runs set undo = 'undone', undone_by = $2 where id = $1`, [undone, id]);
  return id;
}
