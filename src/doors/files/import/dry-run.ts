// A dry run: the whole way of an import but for the writing, in one transaction that is rolled back.
import {
  addCounters,
  addPartCounts,
  type Counters,
  createRun,
  NO_COUNTS,
  NO_PART_COUNTS,
  type PartCounts,
  type RunIssue,
} from '../../../engine/pipeline/index.js';
import {
  correctRows,
  countUnseen,
  judgeChunkWithParts,
  judgeOpenRows,
  listPostponed,
  type PartOutcomes,
  type PartPlan,
  ROW,
  type RowDifference,
  type StagedChunk,
  uncheckedByProbe,
  uncheckedByReading,
  type WritePlan,
  writeChunkWithParts,
} from '../../../engine/records/index.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import type { ImportCall } from './import-call.js';
import type { ImportPlans } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import { listChunks, type ReadPosition } from './read-chunks.js';
import { type RunReport, toGroup } from './run-report.js';

const MOST_DIFFERENCES = 20;
const MOST_EXAMPLES = 5;

/** Reports what the import would do. `probe`: each chunk is also really written, in a short transaction that is rolled back. */
export async function dryRunImport(
  database: Database,
  settings: ImportSettings,
  plans: ImportPlans,
  call: ImportCall,
  onFailed: (issue: RunIssue) => void,
): Promise<RunReport> {
  const { plan, parts } = plans;
  const begun = Date.now();
  const issues = new IssueCounts(onFailed);
  let counters: Counters = NO_COUNTS;
  let unreadable = 0;
  let wouldRemove: number | undefined;
  const differences: RowDifference[] = [];
  const ofParts: Record<string, PartCounts> = {};
  await database.withClient(async (client) => {
    await client.query('begin');
    try {
      const tell = ({ bytes, size }: ReadPosition): void =>
        call.onProgress({
          phase: 'checking',
          rows: counters.read,
          failed: counters.failed,
          bytes,
          ...(size === undefined ? {} : { totalBytes: size }),
        });
      const chunks = listChunks(
        settings,
        plans,
        [0],
        tell,
        (skipped) => {
          counters = addCounters(counters, { read: skipped, skipped });
        },
        call.signal,
      );
      for await (const chunk of chunks) {
        call.signal.throwIfAborted();
        const most = MOST_DIFFERENCES - differences.length;
        const judged = await judgeChunkWithParts(client, plan, parts, chunk, most, { signal: call.signal });
        const probed = call.probe ? await probeChunk(database, plans, chunk, call.signal) : undefined;
        if (probed) await correctRows(client, plan, probed.rows);
        counters = addCounters(counters, { ...judged.counters, ...probed?.counters });
        issues.add(probed?.issues ?? judged.issues);
        differences.push(...judged.differences);
        unreadable += judged.unreadable;
        addParts(ofParts, probed?.parts ?? judged.parts ?? {});
        chunk.release();
      }
      counters = addCounters(counters, await settleOpenRows(client, plan, issues));
      if (plan.strategy === 'mirror') {
        const removal = await countRemovals(client, plan, unreadable, issues);
        wouldRemove = removal.deleted;
        counters = addCounters(counters, removal);
      }
    } finally {
      await client.query('rollback').catch(() => {});
    }
  });
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
    differences: differences.map(({ line, identity, cells }) => ({
      action: 'update',
      line,
      identity,
      cells,
    })),
    ...(parts.length > 0 ? { parts: ofParts } : {}),
    notChecked: [
      ...(call.probe ? uncheckedByProbe(plan) : uncheckedByReading(plan)),
      ...(call.probe ? [] : parts.flatMap(uncheckedOfPart)),
    ],
    ...(wouldRemove === undefined ? {} : { wouldRemove }),
    resumable: false,
  };
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
  ...(part.missing === 'delete' ? [`how many ${part.plan.entity.name} would be removed`] : []),
];

async function settleOpenRows(
  client: Client,
  plan: WritePlan,
  issues: IssueCounts,
): Promise<Partial<Counters>> {
  const { counters, unknown } = await judgeOpenRows(client, plan);
  issues.add(
    unknown.map(({ row, line, value }) => ({
      severity: 'error',
      row,
      line,
      value,
      code: ROW.unknownReference,
      message: `There is no ${plan.entity.name} '${value}', neither stored nor in the source.`,
    })),
  );
  return counters;
}

/** What a mirror would remove: everything stored that no row of the source matched; nothing if a row could not be read. */
async function countRemovals(
  client: Client,
  plan: WritePlan,
  unreadable: number,
  issues: IssueCounts,
): Promise<{ readonly deleted: number; readonly warnings: number }> {
  const missing = await countUnseen(client, plan);
  if (unreadable === 0 || missing === 0) return { deleted: missing, warnings: 0 };
  issues.add([
    {
      severity: 'warning',
      code: 'RECORDS-111',
      message: `${missing} records of ${plan.entity.name} seem to be missing from the source, but some of its rows can't be read, so none would be removed.`,
      hint: 'Mend the rows first.',
    },
  ]);
  return { deleted: 0, warnings: 1 };
}

/** Issues counted by code, the first few kept. */
class IssueCounts {
  readonly #byCode = new Map<string, { severity: string; code: string; count: number; first: RunIssue[] }>();
  readonly #onFailed: (issue: RunIssue) => void;

  constructor(onFailed: (issue: RunIssue) => void) {
    this.#onFailed = onFailed;
  }

  add(issues: readonly RunIssue[]): void {
    for (const issue of issues) {
      const key = `${issue.severity} ${issue.code}`;
      const entry = this.#byCode.get(key) ?? {
        severity: issue.severity,
        code: issue.code,
        count: 0,
        first: [],
      };
      entry.count++;
      const { cells: _, kinds: _kinds, ...shown } = issue;
      if (entry.first.length < MOST_EXAMPLES) entry.first.push(shown);
      this.#byCode.set(key, entry);
      if (issue.severity === 'error') this.#onFailed(issue);
    }
  }

  groups(severity: 'error' | 'warning') {
    return [...this.#byCode.values()]
      .filter((entry) => entry.severity === severity)
      .sort((a, b) => b.count - a.count)
      .map((entry) => toGroup(entry.code, entry.count, entry.first));
  }
}
