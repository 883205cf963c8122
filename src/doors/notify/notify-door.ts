// The door `notify`: takes the end of a run, or what went wrong with a schedule, to whoever asked to be told.
import { stat } from 'node:fs/promises';
import { COUNTER_NAMES, type Run, readIssueSummary, readRun } from '../../engine/pipeline/index.js';
import type { NotifyConfig } from '../../foundation/config/project-config.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
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
}

interface Telling {
  readonly to: string;
  readonly run?: string;
  readonly firing?: string;
}

export function createNotifyDoor(rooms: NotifyRooms) {
  const notifiers = NOTIFIERS.map((create) => create(rooms));

  /** Throws NOTIFY-101, 102, HTTP-101, 102. */
  function check(to: string): void {
    readNotifier(notifiers, to).check(to);
  }

  /** Tells one address. The job of one that can't be reached is tried again, with a growing delay. */
  async function tell(payload: unknown, job: { readonly signal: AbortSignal }): Promise<void> {
    const { to, run, firing } = payload as Telling;
    const notice =
      run === undefined ? await readFiringNotice(rooms, firing!) : await readRunNotice(rooms, run);
    if (notice === undefined) return;
    const notifier = readNotifier(notifiers, to);
    notifier.check(to);
    await notifier.tell(to, notice, job.signal);
  }

  return { name: 'notify', services: { check }, tasks: { 'notify.tell': tell } } as const;
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
