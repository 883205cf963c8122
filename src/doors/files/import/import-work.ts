// What the steps of an import have at hand, and how one of them waits for a database that is away.

import type { Catalog, FileAction } from '../../../engine/catalog/index.js';
import {
  type ChunkOutcome,
  type Counters,
  NO_COUNTS,
  type PartCounts,
  type RunHold,
  type RunLease,
  readPartCounts,
  saveSettings,
  waitOut,
} from '../../../engine/pipeline/index.js';
import type { WritePlan } from '../../../engine/records/index.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { type CallerRooms, readCatalogOfStarter } from '../caller-catalog.js';
import type { RunFiles } from '../run-files/run-files.js';
import type { FileStep } from './file-step.js';
import type { ImportWatch } from './import-call.js';
import { importError } from './import-errors.js';
import { type ImportPlans, plansFor } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import type { BatchShape, ReadPosition } from './read-chunks.js';
import { type Keeper, openKeeper } from './undo-keeper.js';

export interface ImportRooms extends CallerRooms {
  readonly database: Database;
  readonly sleep: (ms: number) => Promise<void>;
  /** Default 15 s. */
  readonly leaseSeconds?: number;
  /** How long an unreachable database is waited for. Default 60 s. */
  readonly patienceMs?: number;
  /** For how many days what runs wrote over is kept. Default 30. */
  readonly undoDays?: number;
  /** Where copies of sources lie. */
  readonly runFiles: RunFiles;
  /** Opens the step that takes files; undefined where the import fills no field that holds one. `run` is absent for a dry run. */
  readonly openFiles: (wish: {
    readonly settings: ImportSettings;
    readonly plans: ImportPlans;
    readonly run?: string;
    readonly signal: AbortSignal;
    readonly patiently?: <T>(step: () => Promise<T>) => Promise<T>;
    readonly onChecked?: (files: number) => void;
  }) => Promise<FileStep | undefined>;
  /** Puts the records of a batch that failed where they stay, before what came of it goes. */
  readonly keepFailed?: (
    run: string,
    settings: ImportSettings,
    catalog: Catalog,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Called in the transaction that ends a run. */
  readonly onEnd?: (client: Queryable, run: string) => Promise<void>;
}

export interface ImportWork {
  readonly rooms: ImportRooms;
  readonly runId: string;
  readonly hold: RunHold;
  readonly settings: ImportSettings;
  readonly plans: ImportPlans;
  /** That of the records themselves. */
  readonly plan: WritePlan;
  /** Which of several sources of the run it is, from 0; each has checkpoints of its own. */
  readonly leg: number;
  readonly shape?: BatchShape;
  /** What of a chunk's outcome counts. Default: all. */
  readonly counted?: (outcome: ChunkOutcome) => ChunkOutcome;
  /** Says for each chunk whether what it writes over is kept. */
  readonly keeper: Keeper;
  readonly watch: ImportWatch;
  readonly patienceMs: number;
  counters: Counters;
  /** Records written that belong to others. */
  ofParts: number;
  position: ReadPosition;
  /** Files of fields taken. */
  files: number;
}

const PATIENCE_MS = 60_000;

/** A run that this process holds. */
export interface HeldRun {
  readonly rooms: ImportRooms;
  readonly runId: string;
  readonly lease: RunLease;
  readonly watch: ImportWatch;
}

/** The run's settings, and what whoever started it may do by now. */
export async function readBound(held: HeldRun): Promise<{
  readonly settings: ImportSettings;
  readonly catalog: Catalog;
}> {
  const { rooms, runId, lease, watch } = held;
  if (lease.run.kind !== 'import') {
    throw importError(105, { detail: `Run ${runId} is of the kind ${lease.run.kind}, no import.` });
  }
  const stored = lease.run.settings as ImportSettings;
  const settings = watch.errorLimit ? { ...stored, errorLimit: watch.errorLimit } : stored;
  if (watch.errorLimit)
    await patiently(held, () => saveSettings(rooms.database, { id: runId, fence: lease.fence }, settings));
  const { origin } = lease.run;
  const catalog = await patiently(held, () => readCatalogOfStarter(rooms, origin, actionOf(settings)));
  return { settings, catalog };
}

/**
 * Binds the settings to the catalog as it is now. `made`: the plans where they do not follow from the settings; `beside`: others of the
 * same run, which write to tables too.
 */
export async function openWork(
  held: HeldRun,
  { settings, catalog }: { readonly settings: ImportSettings; readonly catalog: Catalog },
  made?: ImportPlans,
  beside: readonly WritePlan[] = [],
): Promise<ImportWork> {
  const { rooms, runId, lease, watch } = held;
  const hold = { id: runId, fence: lease.fence };
  const plans = made ?? plansFor(settings, catalog, { kind: 'import', id: runId });
  const keeper = await patiently(held, () =>
    openKeeper(rooms.database, hold, plans, settings.undoRows ?? 0, beside),
  );
  const before = await patiently(held, () => readPartCounts(rooms.database, runId));
  return {
    rooms,
    runId,
    hold,
    settings,
    plans,
    plan: plans.plan,
    leg: 0,
    keeper,
    watch,
    patienceMs: rooms.patienceMs ?? PATIENCE_MS,
    counters: lease.run.counters ?? NO_COUNTS,
    ofParts: countWritten(before),
    position: { bytes: 0, size: undefined, rows: 0 },
    files: 0,
  };
}

/** A batch by record needs no right to import; everything else does. */
const actionOf = ({ batch }: ImportSettings): FileAction | undefined =>
  batch === undefined ? 'import' : batch.through;

export function countWritten(parts: Readonly<Record<string, PartCounts>>): number {
  return Object.values(parts).reduce(
    (sum, { added, updated, deleted }) => sum + added + updated + deleted,
    0,
  );
}

/** Does what bears repeating, through outages of the database. Throws PIPELINE-106 when the patience is used up. */
export function patiently<T>(
  work: { readonly rooms: ImportRooms; readonly runId: string; readonly watch: Pick<ImportWatch, 'signal'> },
  step: () => Promise<T>,
): Promise<T> {
  const { rooms, runId, watch } = work;
  const patience = { runId, ms: rooms.patienceMs ?? PATIENCE_MS, sleep: rooms.sleep, signal: watch.signal };
  return waitOut(patience, step);
}

/** Tells the watcher how far the import is. */
export function tell(work: ImportWork, phase: string): void {
  const { size, rows } = work.position;
  // What was read but not written yet is no progress that a kill would leave standing.
  const done = Math.min(1, work.counters.read / Math.max(1, rows));
  const bytes = phase === 'importing' ? Math.round(work.position.bytes * done) : work.position.bytes;
  work.watch.onProgress({
    phase,
    rows: work.counters.read,
    failed: work.counters.failed,
    bytes,
    ...(size === undefined ? {} : { totalBytes: size }),
    ...(work.files === 0 ? {} : { files: work.files }),
  });
}
