// The door `notify`: takes the end of a run, or what went wrong with a schedule, to whoever asked to be told; and alerts to whom their routes name.
import { stat } from 'node:fs/promises';
import { type AlertCalls, type TellWish, toTargetKey } from '../../engine/alerts/index.js';
import { COUNTER_NAMES, type Run, readIssueSummary, readRun } from '../../engine/pipeline/index.js';
import type { NotifyConfig } from '../../foundation/config/project-config.js';
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import { type TellJob, tellAlerts } from './alerts/tell-alerts.js';
import type { Notice, Notifier } from './notifier.js';
import { NOTIFIERS } from './notifiers/index.js';
import { notifyError } from './notify-errors.js';

export interface NotifyRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: NotifyConfig;
  /** `host:port` of private addresses that may be told. */
  readonly allow: readonly string[];
  /** Writes the failed rows of a run into a file; undefined if there are none. */
  readonly findFailedRows: (
    run: string,
  ) => Promise<{ readonly rows: number; readonly file: string } | undefined>;
  /** Told of what could not be told. Default: nobody, and nobody is told of alerts. */
  readonly alerts?: AlertCalls;
  /** The address that a target of a route stands for. */
  readonly findAddress?: (wish: TellWish) => Promise<string | undefined>;
}

/** The task that tells a target of alerts; its payload is a `TellWish`. */
export const TELL_ALERTS_TASK = 'notify.alerts';

interface Telling {
  readonly to: string;
  readonly run?: string;
  readonly firing?: string;
}

export function createNotifyDoor(rooms: NotifyRooms) {
  const notifiers = NOTIFIERS.map((create) => create(rooms));

  /** For routes of alerts, whose addresses are kept sealed. Throws NOTIFY-101, 102, HTTP-101, 102. */
  function checkTarget(to: string): void {
    readNotifier(notifiers, to).check(to);
  }

  /** For runs and schedules, whose addresses are kept readable. Throws as `checkTarget`. */
  function check(to: string): void {
    checkTarget(to);
    if (/^chat:/i.test(to))
      throw notifyError(101, {
        detail: "A chat's address is its secret, and addresses of runs and schedules are kept readable.",
        hint: 'Name it in a route of alerts, where it is sealed: failed runs raise alerts.',
      });
  }

  /** Tells one address. The job of one that can't be reached is tried again, with a growing delay. */
  async function tell(payload: unknown, job: TellJob): Promise<void> {
    const { to, run, firing } = payload as Telling;
    const notice =
      run === undefined ? await readFiringNotice(rooms, firing!) : await readRunNotice(rooms, run);
    if (notice === undefined) return;
    const key = { source: 'notify', resource: 'run ends', itemId: toTargetKey(to) };
    try {
      await tellAt(to, notice, job.signal);
    } catch (error) {
      const passes = !(error instanceof DovetailError) || error.consequence === 'retry';
      if (!job.signal.aborted && (!passes || job.attempt >= job.maxAttempts))
        await rooms.alerts?.raise({
          ...key,
          type: 'failed',
          severity: 'error',
          message: `${key.itemId} could not be told of ${notice.title}: ${(error as Error).message}`,
          details: { notice: notice.id, attempts: job.attempt },
        });
      throw error;
    }
    await rooms.alerts?.settle(key);
  }

  async function tellAt(to: string, notice: Notice, signal: AbortSignal): Promise<void> {
    const notifier = readNotifier(notifiers, to);
    notifier.check(to);
    await notifier.tell(to, notice, signal);
  }

  const { alerts, findAddress } = rooms;
  const tasks = {
    'notify.tell': tell,
    async [TELL_ALERTS_TASK](payload: unknown, job: TellJob): Promise<void> {
      if (alerts === undefined || findAddress === undefined) return;
      await tellAlerts({ ...rooms, alerts, findAddress, tell: tellAt }, payload as TellWish, job);
    },
  };

  return { name: 'notify', services: { check, checkTarget }, tasks } as const;
}

function readNotifier(notifiers: readonly Notifier[], to: string): Notifier {
  const found = notifiers.find(({ schemes }) =>
    schemes.some((scheme) => to.toLowerCase().startsWith(scheme)),
  );
  if (found !== undefined) return found;
  throw notifyError(101, {
    detail: `Nobody can be told at '${to}'.`,
    hint: 'Write mail:ops@example.org, or https://….',
  });
}

async function readRunNotice(rooms: NotifyRooms, id: string): Promise<Notice> {
  const run = await readRun(rooms.database, id);
  const file = run.counters.failed > 0 ? await rooms.findFailedRows(id) : undefined;
  const errors = (await readIssueSummary(rooms.database, id, 3)).filter(
    ({ severity }) => severity === 'error',
  );
  const state = run.state.replaceAll('_', ' ');
  const by = run.origin as { readonly id?: string };
  return {
    id: `run_${id}_${run.endedAt?.getTime() ?? 0}`,
    type: 'run.ended',
    at: run.endedAt ?? rooms.clock.now(),
    title: `${run.kind} of ${run.entity} ${state}: ${run.title}`,
    lines: [
      `Run ${id}, the ${run.kind} of ${run.entity} (${run.title}), ended: ${state}.`,
      ...(run.schedule === undefined ? [] : [`It belongs to the schedule ${run.schedule}.`]),
      `Started by ${by.id ?? 'nobody known'}.`,
      '',
      ...sayCounts(run),
      ...(run.failure === undefined
        ? []
        : ['', `${run.failure.detail} (${run.failure.code})`, run.failure.hint ?? '']),
      ...errors.flatMap(({ code, count, first }) => [
        '',
        `${code}, ${count} times, as: ${first[0]?.message ?? ''}`,
      ]),
    ],
    data: {
      run: id,
      kind: run.kind,
      entity: run.entity,
      title: run.title,
      state: run.state,
      counters: run.counters,
      startedBy: run.origin,
      ...(run.schedule === undefined ? {} : { schedule: run.schedule }),
      ...(run.failure === undefined ? {} : { failure: run.failure }),
      errors: errors.map(({ code, count, first }) => ({
        code,
        count,
        first: first.map(({ line, column, message }) => ({ line, column, message })),
      })),
    },
    ...(file === undefined ? {} : { failedRows: { ...file, size: (await stat(file.file)).size } }),
  };
}

function sayCounts(run: Run): readonly string[] {
  return COUNTER_NAMES.filter((name) => name === 'read' || run.counters[name] > 0).map(
    (name) => `${name.padEnd(10)} ${run.counters[name]}`,
  );
}

async function readFiringNotice(rooms: NotifyRooms, id: string): Promise<Notice | undefined> {
  const { rows } = await rooms.database.query<{
    name: string;
    moment: Date;
    says: string | null;
    ended_at: Date | null;
  }>(
    `select s.name, f.moment, f.says, f.ended_at
     from dovetail.schedule_firings f join dovetail.schedules s on s.id = f.schedule_id where f.id = $1`,
    [id],
  );
  const found = rows[0];
  if (found === undefined) return undefined;
  const { name, moment, says } = found;
  return {
    id: `firing_${id}`,
    type: 'schedule.failed',
    at: found.ended_at ?? rooms.clock.now(),
    title: `Schedule ${name} had trouble`,
    lines: [`The schedule ${name}, due at ${moment.toISOString()}:`, '', says ?? ''],
    data: { schedule: name, moment: moment.toISOString(), says },
  };
}
