// Schedules and what came of them, for people and for scripts.
import { fromPlace, type Place } from '../../doors/files/schedules/place.js';
import type { Firing, Schedule } from '../../engine/jobs/schedules/index.js';
import { fromWindow } from '../../engine/jobs/schedules/schedule-window.js';
import { maskSecrets } from '../../foundation/secrets/secret-mask.js';
import { momentText } from '../terminal/number-text.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

interface Does {
  readonly from?: Place;
  readonly to?: Place;
  readonly done?: string;
  readonly failed?: string;
  readonly call: { readonly entity?: string; readonly mapping?: string; readonly notify?: readonly string[] };
}

const doesOf = (schedule: Schedule) => schedule.settings as Does;

function placeOf(schedule: Schedule): string {
  const { from, to } = doesOf(schedule);
  return maskSecrets(fromPlace((from ?? to)!));
}

export function toScheduleListLines(schedules: readonly Schedule[], options: ViewOptions): string[] {
  if (schedules.length === 0)
    return ['No schedules yet. `dovetail schedules add import --help` shows how to make one.'];
  return toTable(
    [
      { title: 'schedule', shrinks: false },
      { title: 'does', shrinks: false },
      { title: 'when', shrinks: false },
      { title: 'next', shrinks: false },
      { title: 'last', shrinks: false },
      { title: 'from or to' },
    ],
    schedules.map((schedule) => [
      schedule.name,
      schedule.kind,
      schedule.cron,
      schedule.paused ? 'paused' : schedule.nextAt ? momentText(schedule.nextAt) : 'never',
      schedule.last?.state ?? '',
      placeOf(schedule),
    ]),
    options,
  );
}

export function toScheduleLines(
  schedule: Schedule,
  firings: readonly Firing[],
  options: ViewOptions,
): string[] {
  const { call, done, failed } = doesOf(schedule);
  const windows = schedule.windows.map(fromWindow).join('; ');
  const { kind, id } = schedule.createdBy as { readonly kind: string; readonly id: string };
  const pairs: (readonly [string, string])[] = [
    ['does', `${schedule.kind} ${call.entity ?? `by ${call.mapping}`}`],
    [schedule.kind === 'import' ? 'from' : 'to', placeOf(schedule)],
    ['when', `${schedule.cron} (${schedule.timeZone})${windows === '' ? '' : `, only ${windows}`}`],
    ['next', schedule.paused ? 'paused' : schedule.nextAt ? momentText(schedule.nextAt) : 'never'],
    ['if busy', schedule.overlap === 'skip' ? 'left out' : 'done afterwards'],
  ];
  if (done !== undefined) pairs.push(['done', done]);
  if (failed !== undefined) pairs.push(['failed', failed]);
  if (call.notify !== undefined) pairs.push(['tells', call.notify.map(maskSecrets).join(', ')]);
  pairs.push(['made', `${momentText(schedule.createdAt)} by ${kind} ${id}`]);
  const lines = [
    options.style.bold(schedule.name),
    ...toPairs(pairs, { style: options.style, indent: '  ' }),
  ];
  if (firings.length === 0) return lines;
  return [
    ...lines,
    '',
    ...toTable(
      [{ title: 'moment', shrinks: false }, { title: 'state', shrinks: false }, { title: 'what came of it' }],
      firings.map((firing) => [
        momentText(firing.moment),
        firing.late ? `${firing.state}, late` : firing.state,
        firing.says ?? '',
      ]),
      { ...options, wrap: true },
    ),
  ];
}

/** For `--json`. */
export function toScheduleDocument(schedule: Schedule): object {
  const { settings: _settings, task: _task, windows, ...rest } = schedule;
  return {
    ...rest,
    place: placeOf(schedule),
    entity: doesOf(schedule).call.entity,
    windows: windows.map(fromWindow),
  };
}
