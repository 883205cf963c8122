// How a run went, or how a dry run would: one shape for the command line, the API and the UI.
import { FORMATS_ERRORS } from '../../../engine/formats/formats-errors.js';
import { MAPPING_ERRORS } from '../../../engine/mapping/index.js';
import {
  type Counters,
  type PartCounts,
  type Run,
  type RunIssue,
  type RunState,
  readIssueSummary,
  readPartCounts,
  readRun,
} from '../../../engine/pipeline/index.js';
import { RECORDS_ERRORS, type RowDifference } from '../../../engine/records/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { ExportSettings } from '../export/export-settings.js';
import type { UndoSettings } from '../undo/undo-settings.js';
import type { FileTally } from './file-step.js';
import type { ImportSettings } from './import-settings.js';

export interface RunReport {
  /** Absent for a dry run. */
  readonly run?: string;
  readonly kind: Run['kind'];
  readonly entity: string;
  readonly title: string;
  readonly state: RunState;
  /** True if the process that ran it is gone and the run waits to be resumed. */
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly strategy?: string;
  readonly identity?: readonly string[];
  /** What the mapping is called, if one was given: a path, or the name and version of a saved one. */
  readonly mapping?: string;
  readonly counters: Counters;
  /** Of an import: whether it can be undone, why not, and by which run it was. */
  readonly undo?: { readonly state: NonNullable<Run['undo']>; readonly why?: string; readonly by?: string };
  /** Of an undo: the run that it takes back. */
  readonly undoes?: string;
  /** Absent for a dry run. */
  readonly startedBy?: { readonly kind: string; readonly id: string };
  /** Name of the schedule it belongs to. */
  readonly schedule?: string;
  /** Of an export: its file, absent for a stream. */
  readonly file?: string;
  /** What became of records that belong to those of the run, by the mapping's parts; absent if it has none. */
  readonly parts?: Readonly<Record<string, PartCounts>>;
  readonly seconds?: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** By code, the most frequent first, each with its first examples. */
  readonly errors: readonly IssueGroup[];
  readonly warnings: readonly IssueGroup[];
  /** Dry run: the first differences of each kind, in the order of the source. */
  readonly differences?: readonly RecordDifference[];
  /** Dry run: what only writing would check. */
  readonly notChecked?: readonly string[];
  /** Dry run of fields that hold files. */
  readonly files?: FileTally;
  /** Dry run of a mirror: how many records would be removed. */
  readonly wouldRemove?: number;
  /** Dry run: how many errors and warnings are in the file that was asked for. */
  readonly issuesFile?: { readonly count: number; readonly file: string };
  /** `stored`: what the file is called in the storage of run files; `notStored`: why it isn't there. */
  readonly failedRows?: {
    readonly rows: number;
    readonly file: string;
    readonly stored?: string;
    readonly notStored?: string;
  };
  readonly failure?: { readonly code: string; readonly detail: string; readonly hint?: string };
  /** True if it can be resumed. */
  readonly resumable: boolean;
}

export interface IssueGroup {
  readonly code: string;
  readonly title: string;
  readonly count: number;
  readonly hint?: string;
  readonly first: readonly RunIssue[];
}

export type RecordDifference = Omit<RowDifference, 'row'>;

export async function readRunReport(db: Queryable, id: string): Promise<RunReport> {
  const run = await readRun(db, id);
  const settings = run.settings as Partial<ImportSettings & ExportSettings & UndoSettings>;
  const groups = (await readIssueSummary(db, id, 5)).map(({ code, severity, count, first }) => ({
    severity,
    group: toGroup(code, count, first),
  }));
  const ended = run.endedAt ?? new Date();
  const parts = await readPartCounts(db, id);
  return {
    run: id,
    kind: run.kind,
    entity: run.entity,
    title: run.title,
    state: run.state,
    interrupted: run.interrupted,
    dryRun: run.kind === 'dry_run',
    ...(settings.strategy ? { strategy: settings.strategy } : {}),
    ...(settings.identity ? { identity: settings.identity } : {}),
    ...(settings.mappingName === undefined ? {} : { mapping: mappingText(settings) }),
    counters: run.counters,
    ...(run.undo === undefined ? {} : { undo: undoOf(run) }),
    ...(settings.undoes === undefined ? {} : { undoes: settings.undoes }),
    startedBy: run.origin as NonNullable<RunReport['startedBy']>,
    ...(run.schedule === undefined ? {} : { schedule: run.schedule }),
    ...(settings.file === undefined ? {} : { file: settings.file }),
    ...(Object.keys(parts).length > 0 ? { parts } : {}),
    ...(run.startedAt
      ? {
          seconds: (ended.getTime() - run.startedAt.getTime()) / 1000,
          startedAt: run.startedAt.toISOString(),
        }
      : {}),
    ...(run.endedAt ? { endedAt: run.endedAt.toISOString() } : {}),
    errors: groups.filter(({ severity }) => severity === 'error').map(({ group }) => group),
    warnings: groups.filter(({ severity }) => severity === 'warning').map(({ group }) => group),
    ...(run.failure ? { failure: run.failure } : {}),
    // An export is simply made again, and a load that failed left nothing behind to go on with.
    resumable:
      run.kind !== 'export' &&
      run.kind !== 'load' &&
      run.kind !== 'dry_run' &&
      run.undoneBy === undefined &&
      (['stopped', 'failed', 'cancelled'].includes(run.state) || run.interrupted),
  };
}

function undoOf({ undo, undoWhy, undoneBy }: Run): NonNullable<RunReport['undo']> {
  return {
    state: undo!,
    ...(undoWhy === undefined ? {} : { why: undoWhy }),
    ...(undoneBy === undefined ? {} : { by: undoneBy }),
  };
}

const mappingText = ({ mappingName, mappingVersion }: Partial<ImportSettings>): string =>
  mappingVersion === undefined ? mappingName! : `${mappingName}@${mappingVersion}`;

/** A group's title says what its issues have in common. */
export function toGroup(code: string, count: number, first: readonly RunIssue[]): IssueGroup {
  const hint = first.find((issue) => issue.hint !== undefined)?.hint;
  const same = first.every((issue) => issue.hint === hint);
  return {
    code,
    title: titleOf(code) ?? first[0]?.message ?? code,
    count,
    ...(hint !== undefined && same ? { hint } : {}),
    first,
  };
}

/** What issues of a code have in common, from the registers of the rooms that find them. */
function titleOf(code: string): string | undefined {
  const [room, number] = code.split('-');
  const registers: Readonly<Record<string, Readonly<Record<string, { readonly title: string }>>>> = {
    RECORDS: RECORDS_ERRORS,
    FORMATS: FORMATS_ERRORS,
    MAPPING: MAPPING_ERRORS,
  };
  const register = registers[room ?? ''] ?? {};
  return register[number ?? '']?.title;
}
