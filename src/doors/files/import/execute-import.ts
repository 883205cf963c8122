// An import from the first row to the last, as a list of steps; whoever runs it, and however often it was interrupted.
import {
  endRun,
  holdRun,
  LEASE_SECONDS,
  pipelineError,
  putBackRun,
  type RunPhase,
  type RunState,
  type RunTaker,
  readRun,
  savePhase,
} from '../../../engine/pipeline/index.js';
import { forgetExpired, forgetMarks } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importLegs, listLegs, listSources } from '../batch/import-legs.js';
import { shapeWithKeys } from '../batch/table-mapping.js';
import { raiseUsedSequences, removeWhatIsMissing, settlePostponed } from './after-source.js';
import type { ImportWatch } from './import-call.js';
import { DEFAULT_UNDO, type ImportSettings } from './import-settings.js';
import { importSource } from './import-source.js';
import {
  type HeldRun,
  type ImportRooms,
  type ImportWork,
  openWork,
  patiently,
  readBound,
} from './import-work.js';
import { verifySource } from './source-file.js';

/**
 * Runs or resumes the import; returns how it ended. Throws PIPELINE-102 or 103 if the run could not be taken, 104 if it
 * was lost, 106 if the database stayed away: then another try, here or elsewhere, goes on at the last committed chunk.
 */
export async function executeImport(
  rooms: ImportRooms,
  runId: string,
  watch: ImportWatch,
  taker: RunTaker = 'person',
): Promise<RunState> {
  const lease = await holdRun(rooms.database, runId, rooms.leaseSeconds ?? LEASE_SECONDS, taker);
  const signal = AbortSignal.any([lease.signal, watch.signal]);
  const ending = { rooms, runId, hold: { id: runId, fence: lease.fence }, taker, watch };
  try {
    const opened = { rooms, runId, lease, watch: { ...watch, signal } };
    const legs = listLegs(lease.run);
    const settings = legs ? await importLegs(opened, legs) : await importOne(opened);
    const { counters } = await patiently(opened, () => readRun(rooms.database, runId));
    const state = await end(ending, counters.failed > 0 ? 'completed_with_errors' : 'completed');
    await patiently(opened, () => forgetMarks(rooms.database, runId));
    await patiently(opened, () => forgetExpired(rooms.database, rooms.undoDays ?? DEFAULT_UNDO.days));
    for (const source of listSources(settings)) await rooms.runFiles.forget(source);
    return state;
  } catch (error) {
    // What failed because the run was lost or cancelled is no error of its own.
    return await endOver(ending, lease.signal.aborted ? lease.signal.reason : error);
  } finally {
    lease.release();
  }
}

/** Everything that is to be done with one source, from where the run stands. */
async function importOne(held: HeldRun): Promise<ImportSettings> {
  const { rooms, runId, lease, watch } = held;
  let work = await openWork(held, await readBound(held));
  const { batch, source } = work.settings;
  if (batch?.keyDrawn === true)
    work = { ...work, shape: shapeWithKeys(rooms.database, work.plan.entity, source.columns) };
  let phase = lease.run.phase;
  if (phase === 'source') {
    const source = await rooms.runFiles.fetch(work.settings.source, watch.signal);
    work = { ...work, settings: { ...work.settings, source } };
    await verifySource(source, runId, watch.signal, watch.sourceStamp);
    await importSource(work);
    phase = await enterPhase(work, 'postponed');
  }
  if (phase === 'postponed') {
    await settlePostponed(work);
    await raiseUsedSequences(work);
    phase = await enterPhase(work, 'removal');
  }
  if (phase === 'removal') {
    if (work.plan.strategy === 'mirror') await removeWhatIsMissing(work);
    await enterPhase(work, 'done');
  }
  const { counters } = await patiently(work, () => readRun(rooms.database, runId));
  // The last chunk may have gone beyond what is kept.
  await patiently(work, () => work.keeper.next({ ...work, counters }));
  return work.settings;
}

async function enterPhase(work: ImportWork, phase: RunPhase): Promise<RunPhase> {
  await patiently(work, () => savePhase(work.rooms.database, work.hold, phase));
  return phase;
}

export interface Ending extends Pick<ImportWork, 'rooms' | 'runId' | 'hold' | 'watch'> {
  readonly taker: RunTaker;
}

export async function end(about: Ending, state: RunState, failure?: DovetailError): Promise<RunState> {
  const said = failure && { code: failure.code, detail: failure.detail, hint: failure.hint };
  const { rooms, hold } = about;
  await patiently(about, () =>
    rooms.database.transaction(async (client) => {
      if (await endRun(client, hold.id, hold.fence, state, said)) await rooms.onEnd?.(client, hold.id);
    }),
  );
  return state;
}

/** What the error means for the run. A lost lease says nothing about it: another process has it now. */
export async function endOver(about: Ending, error: unknown): Promise<RunState> {
  const { runId, rooms, hold, taker } = about;
  const code = error instanceof DovetailError ? error.code : undefined;
  // The run stays as it is, held by nobody: what was in the way passes by itself.
  if (code === 'PIPELINE-104' || code === 'PIPELINE-106') throw error;
  // The same for the storage that the source has to be fetched from; the queue tries again by itself.
  if (code === 'STORAGE-103' && taker === 'queue') throw error;
  if (about.watch.signal.aborted && code !== 'PIPELINE-107') {
    if (taker === 'queue') {
      await patiently(about, () => putBackRun(rooms.database, hold));
      return 'queued';
    }
    const stopped = pipelineError(107, {
      detail: 'It was stopped by request.',
      hint: `What is written stays. Go on with \`dovetail runs resume ${runId}\`.`,
    });
    return end(about, 'cancelled', stopped);
  }
  if (!(error instanceof DovetailError)) {
    const { message, code: state } = error as { message?: string; code?: string };
    const detail = `${message}${state ? ` (${state})` : ''}`;
    const hint = `${hintFor(state)} Then go on with \`dovetail runs resume ${runId}\`.`;
    await end(about, 'failed', pipelineError(108, { detail, hint, cause: error })).catch(() => {});
    // What the database said is for the user; anything else is a mistake of ours, and must be seen.
    if (/^[0-9A-Z]{5}$/.test(state ?? '')) return 'failed';
    throw error;
  }
  switch (code) {
    case 'PIPELINE-107':
      return end(about, 'cancelled', error);
    case 'PIPELINE-105':
    case 'RECORDS-110':
    case 'FILES-106':
      return end(about, 'stopped', error);
    case 'RECORDS-111':
      return end(about, 'completed_with_errors', error);
    default:
      await end(about, 'failed', error).catch(() => {});
      return 'failed';
  }
}

function hintFor(state: string | undefined): string {
  if (state === '42501') return 'A right is missing: `dovetail init --plan` names it.';
  if (state?.startsWith('42'))
    return 'The schema changed while the run was under way: put back what it needs.';
  if (state?.startsWith('53')) return 'The server is short of space, memory or connections: make room.';
  return 'Nothing that was committed is lost.';
}
