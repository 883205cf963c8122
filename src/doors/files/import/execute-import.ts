// An import from the first row to the last, as a list of steps; whoever runs it, and however often it was interrupted.
import type { CatalogService } from '../../../engine/catalog/index.js';
import {
  addCounters,
  type Counters,
  commitChunk,
  endRun,
  holdRun,
  LEASE_SECONDS,
  NO_COUNTS,
  pipelineError,
  type RunLease,
  type RunState,
  readCheckpoints,
  readRun,
  savePhase,
  writeChunks,
} from '../../../engine/pipeline/index.js';
import {
  readRemovalPlan,
  recordsError,
  removeMissing,
  resolvePostponed,
  type WritePlan,
  writeChunk,
} from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { ImportWatch } from './import-call.js';
import { importError } from './import-errors.js';
import type { ImportSettings } from './import-settings.js';
import { planFor } from './prepare-import.js';
import { listChunks, type ReadPosition } from './read-chunks.js';
import { forgetSource, verifySource } from './source-file.js';

export interface ImportRooms {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly sleep: (ms: number) => Promise<void>;
  /** Default 15 s. */
  readonly leaseSeconds?: number;
  /** How long an unreachable database is waited for. Default 60 s. */
  readonly patienceMs?: number;
}

/** Runs or resumes the import; returns how it ended. Throws only if the run could not be taken. */
export async function executeImport(
  rooms: ImportRooms,
  runId: string,
  watch: ImportWatch,
): Promise<RunState> {
  const lease = await holdRun(rooms.database, runId, rooms.leaseSeconds ?? LEASE_SECONDS);
  const signal = AbortSignal.any([lease.signal, watch.signal]);
  try {
    const work = await openWork(rooms, runId, lease, { ...watch, signal });
    await verifySource(work.settings.source, runId, signal);
    let phase = lease.run.phase;
    if (phase === 'source') {
      await importSource(work);
      phase = await enterPhase(work, 'postponed');
    }
    if (phase === 'postponed') {
      await settlePostponed(work);
      phase = await enterPhase(work, 'removal');
    }
    if (phase === 'removal') {
      if (work.plan.strategy === 'mirror') await removeWhatIsMissing(work);
      await enterPhase(work, 'done');
    }
    await forgetSource(work.settings.source);
    const { counters } = await readRun(rooms.database, runId);
    return await end(rooms, work, counters.failed > 0 ? 'completed_with_errors' : 'completed');
  } catch (error) {
    return await endOver(rooms, { runId, lease }, watch, error);
  } finally {
    lease.release();
  }
}

interface Work {
  readonly rooms: ImportRooms;
  readonly runId: string;
  readonly lease: RunLease;
  readonly settings: ImportSettings;
  readonly plan: WritePlan;
  readonly watch: ImportWatch;
  counters: Counters;
  position: ReadPosition;
}

async function openWork(
  rooms: ImportRooms,
  runId: string,
  lease: RunLease,
  watch: ImportWatch,
): Promise<Work> {
  if (lease.run.kind !== 'import') {
    throw importError(105, { detail: `Run ${runId} is an ${lease.run.kind}, not an import.` });
  }
  const settings = lease.run.settings as ImportSettings;
  const plan = planFor(settings, await rooms.catalog.read(), { kind: 'import', id: runId });
  const { counters } = lease.run;
  return { rooms, runId, lease, settings, plan, watch, counters, position: { bytes: 0, size: undefined } };
}

const holdOf = (work: { readonly runId: string; readonly lease: RunLease }) => ({
  id: work.runId,
  fence: work.lease.fence,
});

async function importSource(work: Work): Promise<void> {
  const { rooms, settings, plan, watch, runId } = work;
  const checkpoints = await readCheckpoints(rooms.database, runId);
  // Types whose equality only the server knows can't be dealt to several writers.
  const partitions = plan.canonicalIdentity && !plan.selfReferring ? settings.writers : 1;
  const committed = Array.from(
    { length: partitions },
    (_, partition) => checkpoints.find((checkpoint) => checkpoint.partition === partition)?.row ?? 0,
  );
  work.counters = await writeChunks({
    database: rooms.database,
    run: holdOf(work),
    partitions,
    chunks: listChunks(settings, plan, committed, (position) => {
      work.position = position;
      tell(work, 'importing');
    }),
    write: (client, chunk) => writeChunk(client, plan, chunk, runId),
    onWritten: (chunk) => chunk.release(),
    counters: work.counters,
    errorLimit: settings.errorLimit ?? undefined,
    signal: watch.signal,
    patienceMs: rooms.patienceMs ?? 60_000,
    sleep: rooms.sleep,
    onCommit: (counters) => {
      work.counters = counters;
      tell(work, 'importing');
    },
  });
}

const STEP_ROWS = 20_000;

/** Rows that waited for others, pass after pass, until a pass settles none; then circles are broken and the rest fails. */
async function settlePostponed(work: Work): Promise<void> {
  let last = false;
  work.counters = (await readRun(work.rooms.database, work.runId)).counters;
  while (work.counters.postponed > 0) {
    const settled = await passOverPostponed(work, last);
    if (last) return;
    last = settled === 0;
  }
}

async function passOverPostponed(work: Work, last: boolean): Promise<number> {
  const { plan, runId, settings } = work;
  let settled = 0;
  for (let afterRow = 0, more = true; more; ) {
    const step = { afterRow, limit: STEP_ROWS, last };
    const run = { id: runId, columns: settings.source.columns };
    const pass = await commitStep(work, -1, async (client) => resolvePostponed(client, plan, run, step));
    afterRow = pass.lastRow;
    settled += pass.settled;
    more = pass.recalled === STEP_ROWS;
    tell(work, 'resolving references');
  }
  return settled;
}

async function removeWhatIsMissing(work: Work): Promise<void> {
  const { rooms, plan, runId, settings, watch } = work;
  const removal = await readRemovalPlan(rooms.database, plan, runId);
  if (removal.missing === 0) return;
  if (removal.unreadable) {
    throw recordsError(111, {
      detail: `${removal.missing} records of ${plan.entity.name} seem to be missing from the source, but some of its rows could not be read, so none was removed.`,
      hint: `Mend the rows (\`dovetail runs errors ${runId}\`) and mirror the whole file again.`,
    });
  }
  const { records, share } = settings.removalLimit;
  const large = removal.missing > records || removal.missing > share * removal.stored;
  if (large && !settings.removalConfirmed) {
    const question = { entity: plan.entity.name, removes: removal.missing, stored: removal.stored };
    if (!(await watch.confirmRemoval(question))) {
      throw recordsError(110, {
        detail: `The removal of ${removal.missing} of ${removal.stored} records of ${plan.entity.name} was not confirmed; nothing was removed.`,
        hint: `Everything else is done. To remove them: \`dovetail runs resume ${runId} --yes\`.`,
      });
    }
  }
  for (let tried = 1; tried > 0; ) {
    const step = await commitStep(work, -2, (client) => removeMissing(client, plan, runId, 5_000));
    tried = step.tried;
    tell(work, 'removing');
  }
}

/** One transaction after the source, counted under a partition of its own. */
async function commitStep<O extends Awaited<ReturnType<Parameters<typeof commitChunk>[0]['work']>>>(
  work: Work,
  partition: number,
  step: (client: Parameters<Parameters<typeof commitChunk>[0]['work']>[0]) => Promise<O>,
): Promise<O> {
  work.watch.signal.throwIfAborted();
  const { rooms, runId } = work;
  const checkpoints = await readCheckpoints(rooms.database, runId);
  const lastRow = (checkpoints.find((checkpoint) => checkpoint.partition === partition)?.row ?? 0) + 1;
  let outcome: O | undefined;
  const counted = await commitChunk({
    database: rooms.database,
    run: holdOf(work),
    partition,
    lastRow,
    patienceMs: rooms.patienceMs ?? 60_000,
    sleep: rooms.sleep,
    work: async (client) => {
      outcome = await step(client);
      return outcome;
    },
  });
  work.counters = addCounters(
    work.counters,
    counted.counters === NO_COUNTS ? (outcome?.counters ?? {}) : counted.counters,
  );
  return outcome!;
}

async function enterPhase(work: Work, phase: 'postponed' | 'removal' | 'done') {
  await savePhase(work.rooms.database, work.runId, phase);
  return phase;
}

async function end(
  rooms: ImportRooms,
  work: { readonly runId: string; readonly lease: RunLease },
  state: RunState,
  failure?: DovetailError,
): Promise<RunState> {
  const said = failure && { code: failure.code, detail: failure.detail, hint: failure.hint };
  await endRun(rooms.database, work.runId, work.lease.fence, state, said);
  return state;
}

/** What the error means for the run. A lost lease says nothing about it: another process has it now. */
async function endOver(
  rooms: ImportRooms,
  work: { readonly runId: string; readonly lease: RunLease },
  watch: ImportWatch,
  error: unknown,
): Promise<RunState> {
  const stopped = watch.signal.aborted
    ? pipelineError(107, {
        detail: 'It was stopped by request.',
        hint: `What is written stays. Go on with \`dovetail runs resume ${work.runId}\`.`,
      })
    : error;
  if (!(stopped instanceof DovetailError)) {
    const { message, code } = error as { message?: string; code?: string };
    const failure = pipelineError(108, { detail: `${message}${code ? ` (${code})` : ''}`, cause: error });
    await end(rooms, work, 'failed', failure).catch(() => {});
    throw error;
  }
  switch (stopped.code) {
    case 'PIPELINE-104':
      throw stopped;
    case 'PIPELINE-107':
      return end(rooms, work, 'cancelled', stopped);
    case 'PIPELINE-105':
    case 'RECORDS-110':
      return end(rooms, work, 'stopped', stopped);
    case 'RECORDS-111':
      return end(rooms, work, 'completed_with_errors', stopped);
    default:
      await end(rooms, work, 'failed', stopped).catch(() => {});
      return 'failed';
  }
}

function tell(work: Work, phase: string): void {
  const { bytes, size } = work.position;
  work.watch.onProgress({
    phase,
    rows: work.counters.read,
    failed: work.counters.failed,
    bytes,
    ...(size === undefined ? {} : { totalBytes: size }),
  });
}
