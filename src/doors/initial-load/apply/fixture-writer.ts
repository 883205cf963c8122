// The records of one entity on their way through the one write path: rules, validation, hooks and origin as for any import,
// but every chunk in the caller's transaction, which keeps all of the file or nothing.
import type { Catalog, Entity } from '../../../engine/catalog/index.js';
import {
  addCounters,
  type ChunkOutcome,
  type Counters,
  createRun,
  endRun,
  type FoundIssue,
  NO_COUNTS,
  saveCheckpoint,
  saveIssues,
} from '../../../engine/pipeline/index.js';
import {
  clearStage,
  forgetMarks,
  newHabit,
  type Origin,
  planWrite,
  raiseSequences,
  readRemovalPlan,
  recordsError,
  removeMissing,
  resolvePostponed,
  type StagedChunk,
  StageEncoder,
  type WritePlan,
  type WriteTarget,
  writeChunk,
} from '../../../engine/records/index.js';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { LoadStrategy } from '../folder/load-file.js';
import { loadError } from '../load-errors.js';
import type { RemovalQuestion } from '../load-services.js';

export interface WriterRequest {
  readonly client: Client;
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly targets: readonly WriteTarget[];
  /** Names of the source's columns, for what is said about its rows. */
  readonly columns: readonly string[];
  readonly strategy: LoadStrategy | 'update';
  /** Default: the entity's own. */
  readonly identity?: readonly string[];
  /** What the run is called: the file. */
  readonly title: string;
  /** True: nothing of it is kept, so no hook that tells the outside world is called. */
  readonly rehearsal: boolean;
  readonly signal: AbortSignal;
  readonly expectedRows: number;
  readonly onRows: (counters: Counters) => void;
  readonly confirmRemoval: (removal: RemovalQuestion) => Promise<boolean>;
}

const CHUNK_ROWS = 20_000;
/** Kept in memory, and with a run that failed. */
export const MOST_ISSUES = 1_000;
/** A removal above either is not done without a yes. */
const REMOVAL_LIMIT = { records: 50, share: 0.1 };

export class FixtureWriter {
  readonly runId: string;
  readonly issues: FoundIssue[] = [];
  readonly #request: WriterRequest;
  readonly #plan: WritePlan;
  readonly #encoder: StageEncoder;
  readonly #habit = newHabit();
  #counters: Counters = NO_COUNTS;

  private constructor(request: WriterRequest, runId: string, plan: WritePlan) {
    this.#request = request;
    this.runId = runId;
    this.#plan = plan;
    const { expectedRows } = request;
    this.#encoder = new StageEncoder(plan, {
      partitions: 1,
      seed: 0,
      chunkRows: CHUNK_ROWS,
      committed: [0],
      expectedRows,
    });
  }

  /** Throws RECORDS-1xx where the columns don't fit the entity. */
  static async open(request: WriterRequest): Promise<FixtureWriter> {
    const { client, catalog, entity, targets, strategy, title } = request;
    const settings = { strategy, columns: request.columns };
    const run = { kind: 'load', entity: entity.name, title, settings, origin: toOrigin(title) } as const;
    const runId = await createRun(client, run);
    const origin = { ...toOrigin(title), id: runId };
    const identity = request.identity === undefined ? {} : { identity: request.identity };
    const plan = planWrite({ catalog, entity, targets, strategy, origin, ...identity });
    return new FixtureWriter(request, runId, plan);
  }

  get counters(): Counters {
    return this.#counters;
  }

  /** Takes rows in; they are written chunk by chunk. */
  async add(batch: CellBatch): Promise<void> {
    for (const chunk of this.#encoder.encode(batch)) await this.#write(chunk);
  }

  /** Writes what was taken in and not written yet. */
  async flush(): Promise<void> {
    for (const chunk of this.#encoder.finish()) await this.#write(chunk);
  }

  /** After the last row: those that referred to rows further down, then the sequences behind the numbers that were written. */
  async settle(): Promise<void> {
    await this.flush();
    for (let last = false; this.#counters.postponed > 0; ) {
      const settled = await this.#passOverPostponed(last);
      if (last) break;
      last = settled === 0;
    }
    if (this.#counters.failed > 0) return;
    const warnings = await raiseSequences(this.#request.client, this.#plan);
    this.#keep({ counters: { warnings: warnings.length }, issues: warnings });
  }

  /** The end of a mirror: what the source did not have is removed. Throws LOAD-304 if nobody agrees to a large removal. */
  async removeMissing(): Promise<void> {
    const { client, title } = this.#request;
    const plan = this.#plan;
    if (plan.strategy !== 'mirror' || this.#counters.failed > 0) return;
    const { missing, stored, unreadable } = await readRemovalPlan(client, plan, this.runId);
    if (missing === 0) return;
    if (unreadable)
      throw recordsError(111, { detail: `Some rows of ${title} can't be read, so nothing is removed.` });
    const large = missing > REMOVAL_LIMIT.records || missing > REMOVAL_LIMIT.share * stored;
    const question = { entity: plan.entity.name, removes: missing, stored };
    if (large && !this.#request.rehearsal && !(await this.#request.confirmRemoval(question))) {
      throw loadError(304, {
        detail: `Keeping ${title} in step would remove ${missing} of ${stored} records of ${plan.entity.name}.`,
        hint: 'Nothing of the file was kept. To agree to it: --yes.',
      });
    }
    for (let removed = 1, last = false; ; ) {
      await clearStage(client);
      const step = await removeMissing(client, plan, this.runId, { limit: 5_000, last });
      this.#keep(step);
      removed += step.counters.deleted ?? 0;
      if (step.tried > 0) continue;
      if (step.waiting === 0) break;
      last = removed === 0;
      removed = 0;
    }
  }

  /** Ends the run, in the transaction that wrote its records. */
  async close(): Promise<void> {
    const { client } = this.#request;
    await clearStage(client);
    await forgetMarks(client, this.runId);
    await saveIssues(client, this.runId, this.issues);
    await saveCheckpoint(client, this.runId, 0, this.#counters.read, this.#counters);
    await endRun(client, this.runId, '0', 'completed');
  }

  async #write(chunk: StagedChunk): Promise<void> {
    const { client, rehearsal, signal } = this.#request;
    signal.throwIfAborted();
    await clearStage(client);
    this.#keep(
      await writeChunk(client, this.#plan, chunk, this.runId, { rehearsal, signal, habit: this.#habit }),
    );
    chunk.release();
    this.#request.onRows(this.#counters);
  }

  async #passOverPostponed(last: boolean): Promise<number> {
    const { client, columns, rehearsal, signal } = this.#request;
    let settled = 0;
    for (let afterRow = 0, more = true; more; ) {
      signal.throwIfAborted();
      await clearStage(client);
      const run = { id: this.runId, columns };
      const step = { afterRow, limit: CHUNK_ROWS, last };
      const pass = await resolvePostponed(client, this.#plan, run, step, { rehearsal, signal });
      this.#keep(pass);
      afterRow = pass.lastRow;
      settled += pass.settled;
      more = pass.recalled === CHUNK_ROWS;
    }
    return settled;
  }

  #keep(outcome: ChunkOutcome): void {
    this.#counters = addCounters(this.#counters, outcome.counters);
    this.issues.push(...outcome.issues.slice(0, Math.max(0, MOST_ISSUES - this.issues.length)));
  }
}

/** Who made the change, as the change stream will tell it: the file, and through the run its records. */
const toOrigin = (title: string): Origin => ({ kind: 'import', id: 'load', correlationId: title });
