// What an import does once its source is read: rows that waited for others, then what a mirror did not meet.

import {
  addCounters,
  type ChunkOutcome,
  commitChunk,
  readCheckpoints,
  readRun,
  saveSettings,
} from '../../../engine/pipeline/index.js';
import {
  findCircles,
  type PostponedPass,
  raiseSequences,
  readRemovalPlan,
  recordsError,
  removeMissing,
  resolvePostponed,
} from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { tellOfErrors } from './error-hook.js';
import type { RemovalQuestion } from './import-call.js';
import { importError } from './import-errors.js';
import { countWritten, type ImportWork, patiently, tell } from './import-work.js';

/** Checkpoints of what is not dealt to writers. */
const POSTPONED = -1;
const REMOVAL = -2;
const SEQUENCES = -3;
const SKIPPED = -4;
const WHOLE = -5;

/** Between the steps of one source of a run and those of the next. */
const STEPS = 10;

const STEP_ROWS = 20_000;

/** Counts the rows that the mapping's condition passed over; once, when the whole source was read, however often that began. */
export async function countSkipped(work: ImportWork, skipped: number): Promise<void> {
  if (await isDone(work, SKIPPED)) return;
  await commitStep(work, SKIPPED, async () => ({ counters: { read: skipped, skipped }, issues: [] }));
}

/** Rows that waited for others, pass after pass, until a pass settles none; then circles are broken, and what still waits fails. */
export async function settlePostponed(work: ImportWork): Promise<void> {
  const { rooms, plan, runId } = work;
  work.counters = (await patiently(work, () => readRun(rooms.database, runId))).counters;
  await passUntilVain(work);
  if (work.counters.postponed === 0) return;
  const find = () => rooms.database.transaction((client) => findCircles(client, plan, runId, STEP_ROWS));
  for (const rows of await patiently(work, find)) {
    await resolveStep(work, { rows: Array.from(rows), last: true });
  }
  // What hung on the circles.
  await passUntilVain(work);
  if (work.counters.postponed > 0) await passOverPostponed(work, true);
}

async function passUntilVain(work: ImportWork): Promise<void> {
  while (work.counters.postponed > 0 && (await passOverPostponed(work, false)) > 0);
}

async function resolveStep(
  work: ImportWork,
  step: Parameters<typeof resolvePostponed>[3],
): Promise<PostponedPass> {
  const { runId, watch } = work;
  const { plan, parts } = await planNext(work);
  const run = { id: runId, ...sourceColumns(work), parts };
  const pass = await commitStep(work, POSTPONED, (client) =>
    resolvePostponed(client, plan, run, step, { signal: watch.signal }),
  );
  work.ofParts += countWritten(pass.parts ?? {});
  tell(work, 'resolving references');
  return pass;
}

async function passOverPostponed(work: ImportWork, last: boolean): Promise<number> {
  // Rows that fail cost more the smaller the steps are.
  const limit = last ? STEP_ROWS : Math.min(STEP_ROWS, work.settings.chunkRows);
  let settled = 0;
  for (let afterRow = 0, more = true; more; ) {
    const pass = await resolveStep(work, { afterRow, limit, last });
    afterRow = pass.lastRow;
    settled += pass.settled;
    more = pass.recalled === limit;
  }
  return settled;
}

/** Where the cells of rows that waited came from: the source's own were kept. */
function sourceColumns({ plans, settings }: ImportWork) {
  if (!plans.transform) return { columns: settings.source.columns };
  const { programs, columns, mapping } = plans.transform;
  const made = programs.map((program) => program.column);
  // Of a record that was reshaped the document was kept, not the columns it became.
  const positions = mapping.documents ? made.map(() => undefined) : made;
  return { columns: made.map((i) => (i === undefined ? undefined : columns[i])), positions };
}

/** Removes, in steps, the records that the source did not have. Throws RECORDS-110 or 111 if it must not. */
export async function removeWhatIsMissing(work: ImportWork): Promise<void> {
  const { rooms, plan, runId, settings } = work;
  const removal = await patiently(work, () => readRemovalPlan(rooms.database, plan, runId));
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
    if (!(await askForRemoval(work, question))) {
      throw recordsError(110, {
        detail: `The removal of ${removal.missing} of ${removal.stored} records of ${plan.entity.name} was not confirmed; nothing was removed.`,
        hint: `Everything else is done. To remove them: \`dovetail runs resume ${runId} --yes\`.`,
      });
    }
    // Asked once: whoever resumes a removal that was killed half-way need not be asked about the rest.
    await patiently(work, () =>
      saveSettings(rooms.database, work.hold, { ...settings, removalConfirmed: true }),
    );
  }
  await sweepMissing(work);
}

/** Where nobody is there to be asked, the run stops until somebody is. */
async function askForRemoval(work: ImportWork, question: RemovalQuestion): Promise<boolean> {
  try {
    return await work.watch.confirmRemoval(question);
  } catch (error) {
    if (!(error instanceof DovetailError) || error.consequence !== 'ask') throw error;
    throw importError(106, {
      detail: `The mirror would remove ${question.removes} of ${question.stored} records of ${question.entity}, more than its limit, and nobody was there to be asked; nothing was removed.`,
      hint: `Everything else is done. To remove them: \`dovetail runs resume ${work.runId} --yes\`.`,
      cause: error,
    });
  }
}

/** Sweep after sweep, as long as one removes what the records put off by the one before were referred to by. */
async function sweepMissing(work: ImportWork): Promise<void> {
  const { runId, settings } = work;
  const limit = Math.min(5_000, settings.chunkRows);
  let last = false;
  // A sweep that was killed half-way may have removed some before: the first is never taken for a vain one.
  for (let removed = 1; ; ) {
    const { plan } = await planNext(work);
    const step = await commitStep(work, REMOVAL, (client) =>
      removeMissing(client, plan, runId, { limit, last }),
    );
    tell(work, 'removing');
    removed += step.counters.deleted ?? 0;
    if (step.tried > 0) continue;
    if (step.waiting === 0) return;
    last = removed === 0;
    removed = 0;
  }
}

/** The plans for the next step, which keep what is written over as long as the run may be undone. */
const planNext = (work: ImportWork) => patiently(work, () => work.keeper.next(work));

/** Lets the sequences behind written columns go on after the highest number; once, so that no warning comes twice. */
export async function raiseUsedSequences(work: ImportWork): Promise<void> {
  const { plan } = work;
  if (await isDone(work, SEQUENCES)) return;
  await commitStep(work, SEQUENCES, async (client) => {
    const issues = await raiseSequences(client, plan);
    return { counters: { warnings: issues.length }, issues };
  });
}

/** Notes that all of this source is done. */
export const endSource = (work: ImportWork) =>
  commitStep(work, WHOLE, async () => ({ counters: {}, issues: [] }));

/** Whether all of this source was done in an earlier life of the run. */
export const isSourceDone = (work: ImportWork): Promise<boolean> => isDone(work, WHOLE);

async function isDone(work: ImportWork, step: number): Promise<boolean> {
  const checkpoints = await patiently(work, () => readCheckpoints(work.rooms.database, work.runId));
  return checkpoints.some((checkpoint) => checkpoint.partition === step - STEPS * work.leg);
}

/** One transaction after the source, counted under a partition of its own. */
async function commitStep<O extends ChunkOutcome>(
  work: ImportWork,
  name: number,
  step: (client: Client) => Promise<O>,
): Promise<O> {
  work.watch.signal.throwIfAborted();
  const { rooms, runId } = work;
  const partition = name - STEPS * work.leg;
  const checkpoints = await patiently(work, () => readCheckpoints(rooms.database, runId));
  const outcome = await commitChunk({
    database: rooms.database,
    run: work.hold,
    partition,
    lastRow: (checkpoints.find((checkpoint) => checkpoint.partition === partition)?.row ?? 0) + 1,
    patienceMs: work.patienceMs,
    sleep: rooms.sleep,
    signal: work.watch.signal,
    work: step,
  });
  work.counters = addCounters(work.counters, outcome.counters);
  await tellOfErrors(work, outcome.issues);
  return outcome;
}
