// Runs as one caller may know of them: their own. Whoever runs the program knows of all.
import type { Caller } from '../../engine/access/index.js';
import { findRun, pipelineError, type Run, type RunFilter, readRuns } from '../../engine/pipeline/index.js';
import type { Queryable } from '../../foundation/postgres/database.js';
import { isProgram } from './caller-catalog.js';

/** Throws PIPELINE-101 for a run of others, as if there were none. */
export async function checkOwn(db: Queryable, id: string, caller: Caller | undefined): Promise<void> {
  if (isProgram(caller)) return;
  const { kind, id: who, held } = ((await findRun(db, id))?.origin ?? {}) as Partial<Record<string, unknown>>;
  if (held === true && kind === caller.kind && who === caller.id) return;
  throw pipelineError(101, { detail: `There is no run ${id}.` });
}

/** Newest first. */
export const readOwnRuns = (
  db: Queryable,
  filter: RunFilter,
  caller: Caller | undefined,
): Promise<readonly Run[]> =>
  readRuns(db, isProgram(caller) ? filter : { ...filter, starter: { kind: caller.kind, id: caller.id } });
