// A dry run: the whole way of an import but for the writing, in one transaction that is rolled back.
import {
  addCounters,
  addPartCounts,
  type Counters,
  createRun,
  NO_COUNTS,
  NO_PART_COUNTS,
  type PartCounts,
  toRunIssue,
} from '../../../engine/pipeline/index.js';
import {
  correctRows,
  countUnseen,
  describeCircle,
  judgeChunkWithParts,
  judgeOpenRows,
  judgeWaitingParts,
  listLost,
  listPostponed,
  type PartOutcomes,
  type PartPlan,
  ROW,
  readUnseen,
  type StagedChunk,
  uncheckedByProbe,
  uncheckedByReading,
  type WritePlan,
  writeChunkWithParts,
} from '../../../engine/records/index.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import type { FileStep, FileTally } from './file-step.js';
import { type DifferenceKeeper, FirstDifferences } from './first-differences.js';
import type { ImportCall } from './import-call.js';
import type { ImportPlans } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import type { IssueSpool } from './issue-spool.js';
import { IssueTally } from './issue-tally.js';
import { listChunks, type ReadPosition } from './read-chunks.js';
import type { RunReport } from './run-report.js';

type DryRunCall = Pick<ImportCall, 'signal' | 'onProgress' | 'probe'>;

/** What the steps of a dry run gather. */
interface Rehearsal {
  readonly client: Client;
  readonly plan: WritePlan;
  readonly plans: ImportPlans;
  readonly settings: ImportSettings;
  readonly call: DryRunCall;
  readonly issues: IssueTally;
  readonly differences: DifferenceKeeper;
  readonly files: FileStep | undefined;
  counters: Counters;
  unreadable: number;
  wouldRemove: number | undefined;
  /** By name of the part. */
  readonly ofParts: Record<string, PartCounts>;
}

/**
 * Reports what the import would do. `probe`: each chunk is also really written, in a short transaction that is rolled back.
 * `spool` takes every issue, if somebody wants them all; `kept` the differences, by default the first of them for the report.
 */
export async function dryRunImport(
  database: Database,
  settings: ImportSettings,
  plans: ImportPlans,
  call: DryRunCall,
  spool: IssueSpool | undefined,
  files: FileStep | undefined,
  kept: DifferenceKeeper = new FirstDifferences(),
): Promise<RunReport> {
  const { plan, parts } = plans;
  const begun = Date.now();
  const at = await database.withClient(async (client) => {
    const rehearsal: Rehearsal = {
      client,
      plan,
      plans,
      settings,
      call,
      issues: new IssueTally(spool),
      differences: kept,
      files,
      counters: NO_COUNTS,
      unreadable: 0,
      wouldRemove: undefined,
      ofParts: {},
    };
    await client.query('begin');
    try {
      await judgeSource(database, rehearsal);
      await settleOpenRows(rehearsal);
      await settleWaitingParts(rehearsal);
      if (plan.strategy === 'mirror') await judgeRemoval(rehearsal);
    } finally {
      await client.query('rollback').catch(() => {});
    }
    return rehearsal;
  });
  const { counters, issues, differences, wouldRemove } = at;
  return {
    kind: 'import',
    entity: settings.entity,
    title: settings.source.name,
    state: counters.failed > 0 ? 'completed_with_errors' : 'completed',
    interrupted: false,
    dryRun: true,
    strategy: settings.strategy,
    identity: settings.identity,
    counters,
    seconds: (Date.now() - begun) / 1000,
    errors: issues.groups('error'),
    warnings: issues.groups('warning'),
    differences: differences.list(),
    ...(parts.length > 0 ? { parts: at.ofParts } : {}),
    notChecked: [
      ...(call.probe ? uncheckedByProbe(plan) : uncheckedByReading(plan)),
      ...(call.probe ? [] : parts.flatMap(uncheckedOfPart)),
      ...uncheckedFiles(files?.tally()),
    ],
    ...(files === undefined ? {} : { files: files.tally() }),
    ...(wouldRemove === undefined ? {} : { wouldRemove }),
    resumable: false,
  };
}

async function judgeSource(database: Database, at: Rehearsal): Promise<void> {
  const { client, plan, plans, settings, call, issues, differences } = at;
  const tell = ({ bytes, size }: ReadPosition): void =>
    call.onProgress({
      phase: 'checking',
      rows: at.counters.read,
      failed: at.counters.failed,
      bytes,
      ...(size === undefined ? {} : { totalBytes: size }),
    });
  const skip = (skipped: number): void => {
    at.counters = addCounters(at.counters, { read: skipped, skipped });
  };
  const chunks = listChunks(settings, { ...plans, rehearsal: true }, [0], tell, skip, call.signal, at.files);
  for await (const chunk of chunks) {
    call.signal.throwIfAborted();
    const { signal } = call;
    const budget = () => differences.budget();
    const judged = await judgeChunkWithParts(client, plan, plans.parts, chunk, budget, {
      signal,
      rehearsal: true,
    });
    await differences.add(judged.differences);
    // The probe's database knows nothing of the chunks before.
    const duplicates = [...chunk.duplicates, ...judged.met];
    const probed = call.probe
      ? await probeChunk(database, plans, { ...chunk, duplicates }, signal)
      : undefined;
    if (probed) {
      await correctRows(client, plan, probed.rows);
      for (const row of probed.rows.failed) await differences.drop(row);
    }
    at.counters = addCounters(at.counters, { ...judged.counters, ...probed?.counters });
    at.unreadable += judged.unreadable;
    await issues.add(probed?.issues ?? judged.issues);
    addParts(at.ofParts, probed?.parts ?? judged.parts ?? {});
    chunk.release();
  }
}

/** Writes the chunk and takes it back. The run its rows belong to exists in that transaction only. */
async function probeChunk(
  database: Database,
  { plan, parts }: ImportPlans,
  chunk: StagedChunk,
  signal: AbortSignal,
) {
  return database.withClient(async (client) => {
    await client.query('begin');
    try {
      const settings = {};
      const run = {
        kind: 'import',
        entity: plan.entity.name,
        title: 'probe',
        settings,
        origin: plan.origin,
      } as const;
      // Hooks after the write may tell the outside world, so they are not called.
      const circumstances = { rehearsal: true, signal };
      const runId = await createRun(client, run);
      const outcome = await writeChunkWithParts(client, plan, parts, chunk, runId, circumstances);
      // Rows that wait for others are judged at the end of the source.
      const failed = outcome.issues.flatMap(({ severity, row }) =>
        severity === 'error' && row !== undefined ? [row] : [],
      );
      const waiting = await listPostponed(client, runId);
      const first = chunk.lastRow - chunk.read + 1;
      return { ...outcome, rows: { first, last: chunk.lastRow, waiting, failed } };
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
}

function addParts(all: Record<string, PartCounts>, more: PartOutcomes): void {
  for (const [name, counts] of Object.entries(more)) {
    all[name] = addPartCounts(all[name] ?? NO_PART_COUNTS, counts);
  }
}

/** What belongs to a record that is only just made is judged by its cells alone. */
const uncheckedOfPart = (part: PartPlan): readonly string[] => [
  `${part.plan.entity.name} of records that are new`,
  ...(part.missing === 'delete'
    ? [`whether other records refer to those of ${part.plan.entity.name} that would be removed`]
    : []),
];

/** A dry run fetches nothing. */
function uncheckedFiles(tally: FileTally | undefined): readonly string[] {
  if (tally === undefined) return [];
  const { toFetch, toAsk } = tally;
  return [
    ...(toFetch > 0
      ? [`size and type of ${toFetch === 1 ? 'a file' : `${toFetch} files`} behind addresses`]
      : []),
    ...(toAsk > 0
      ? [`whether ${toAsk === 1 ? 'an address still gives' : `${toAsk} addresses still give`} the same file`]
      : []),
  ];
}

/** Rows that waited for others of the source, now that all are known. */
async function settleOpenRows(at: Rehearsal): Promise<void> {
  const { client, plan, settings, issues, differences } = at;
  at.counters = addCounters(at.counters, await judgeOpenRows(client, plan));
  for await (const { column, stuck, ...lost } of listLost(client, plan)) {
    const { source } = column.target;
    await differences.drop(lost.row);
    await issues.addLate({
      severity: 'error',
      ...lost,
      ...('column' in source ? { column: settings.source.columns[source.column]! } : {}),
      field: column.path,
      code: ROW.unknownReference,
      message: stuck
        ? describeCircle(plan, lost.value)
        : `There is no ${plan.entity.name} '${lost.value}', neither stored nor in the source.`,
      hint: stuck
        ? 'Let one of the keys of the circle be null for a while, or give the keys themselves.'
        : `Add that ${plan.entity.name} to the source, or first; if its own row failed, mend that row too.`,
    });
  }
}

/** What belongs to rows that waited and were not lost. */
async function settleWaitingParts(at: Rehearsal): Promise<void> {
  const { client, plan, plans, issues } = at;
  for await (const { outcomes, issues: found } of judgeWaitingParts(client, plan, plans.parts)) {
    addParts(at.ofParts, outcomes);
    const failed = Object.values(outcomes).reduce((sum, counts) => sum + counts.failed, 0);
    at.counters = addCounters(at.counters, { failed });
    for (const issue of found) await issues.addLate(toRunIssue(issue));
  }
}

/** What a mirror would remove: everything stored that no row of the source matched; nothing if a row could not be read. */
async function judgeRemoval(at: Rehearsal): Promise<void> {
  const { client, plan, unreadable, issues, differences } = at;
  const missing = await countUnseen(client, plan);
  at.wouldRemove = unreadable === 0 ? missing : 0;
  at.counters = addCounters(at.counters, { deleted: at.wouldRemove });
  if (unreadable === 0) await differences.add(await readUnseen(client, plan, differences.budget().delete));
  else if (missing > 0) {
    at.counters = addCounters(at.counters, { warnings: 1 });
    await issues.addLate({
      severity: 'warning',
      code: 'RECORDS-111',
      message: `${missing} records of ${plan.entity.name} seem to be missing from the source, but some of its rows can't be read, so none would be removed.`,
      hint: 'Mend the rows first.',
    });
  }
}
