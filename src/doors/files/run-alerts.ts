// What the end of a run means for whoever watches: a failed one raises an alert, and a good one of the same file or schedule settles it.
import type { AlertCalls, AlertKey, AlertOwner, AlertWish } from '../../engine/alerts/index.js';
import type { Schedule } from '../../engine/jobs/schedules/index.js';
import { type Run, readIssueSummary } from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { Queryable } from '../../foundation/postgres/database.js';

type Calls = Pick<AlertCalls, 'raise' | 'settle'>;

/** In the transaction that ends the run. Of a dry run somebody sees the report, and a cancelled one was somebody's wish. */
export async function tellOfRun(client: Queryable, run: Run, alerts: Calls): Promise<void> {
  if (run.kind === 'dry_run' || run.state === 'cancelled') return;
  if (run.state === 'completed') return alerts.settle(toRunKey(run), client);
  const type = TYPES[run.state];
  if (type === undefined) return;
  const settled = toRunKey(run);
  // What it was before, it is no more: a run that fails differently replaces what was said of the last one.
  for (const other of Object.values(TYPES))
    if (other !== type) await alerts.settle({ ...settled, type: other }, client);
  await alerts.raise(await toWish(client, run, type), client);
}

const TYPES: Readonly<Record<string, 'failed' | 'stopped' | 'partly_failed'>> = {
  failed: 'failed',
  stopped: 'stopped',
  completed_with_errors: 'partly_failed',
};

const SOURCES: Readonly<Record<string, string>> = {
  import: 'imports',
  export: 'exports',
  undo: 'undos',
  load: 'loads',
  sync: 'syncs',
};

interface Place {
  readonly source: string;
  readonly resource: string;
  readonly itemId: string;
  readonly operation: string;
}

/** Runs of one schedule are the same thing done again, whatever its files are called; else those of one file are. */
function placeOf({ kind, entity, title, schedule, settings }: Run): Place {
  const batch = (settings as { readonly batch?: unknown } | undefined)?.batch;
  const source = schedule !== undefined ? 'schedules' : batch != null ? 'batches' : (SOURCES[kind] ?? 'runs');
  return { source, resource: entity, itemId: schedule ?? title, operation: kind };
}

function ownerOf({ origin }: Run): AlertOwner | undefined {
  const { kind, id, held } = origin as Partial<Origin>;
  return held === true && id !== undefined && (kind === 'client' || kind === 'user')
    ? { kind, id }
    : undefined;
}

function toRunKey(run: Run): AlertKey {
  return { ...placeOf(run), owner: ownerOf(run) ?? null };
}

async function toWish(db: Queryable, run: Run, type: string): Promise<AlertWish> {
  const { counters, failure } = run;
  const owner = ownerOf(run);
  const by = (run.origin as Partial<Origin>).id;
  const [first] = (await readIssueSummary(db, run.id, 1)).filter(({ severity }) => severity === 'error');
  const what = `${run.kind} of ${run.entity} (${run.title}), run ${run.id},`;
  const why = failure === undefined ? '' : ` ${failure.detail} (${failure.code})`;
  const rows = `${counters.failed} of ${counters.read} records failed${first === undefined ? '' : `, most with ${first.code}`}`;
  return {
    ...placeOf(run),
    type,
    ...(owner === undefined ? {} : { owner }),
    ...(owner === undefined && by !== undefined ? { user: by } : {}),
    severity: type === 'partly_failed' ? 'warning' : 'error',
    message:
      type === 'partly_failed'
        ? `The ${what} ended with errors: ${rows}.`
        : `The ${what} ${type === 'failed' ? 'failed' : 'was stopped'}.${why}`,
    details: {
      run: run.id,
      kind: run.kind,
      title: run.title,
      counters,
      ...(run.schedule === undefined ? {} : { schedule: run.schedule }),
      ...(failure === undefined ? {} : { failure }),
    },
  };
}

/** In the transaction that ends the firing. Where a run of it failed, that one was told of; this is of what kept it from having one. */
export async function tellOfFiring(
  client: Queryable,
  schedule: Schedule,
  firing: { readonly id: string; readonly state: 'done' | 'nothing' | 'failed'; readonly says: string },
  alerts: Calls,
): Promise<void> {
  const key = { source: 'schedules', type: 'no_run', itemId: schedule.name } as const;
  if (firing.state !== 'failed') return alerts.settle(key, client);
  if (await hasFailedRun(client, firing.id)) return;
  await alerts.raise(
    {
      ...key,
      resource: schedule.kind,
      severity: 'error',
      message: `The schedule ${schedule.name} had trouble: ${firing.says}`,
      details: { schedule: schedule.name, firing: firing.id },
    },
    client,
  );
}

async function hasFailedRun(db: Queryable, firing: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from dovetail.runs where firing_id = $1 and state in ('failed', 'stopped', 'completed_with_errors') limit 1`,
    [firing],
  );
  return rowCount === 1;
}
