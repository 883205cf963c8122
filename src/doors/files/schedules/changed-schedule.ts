// A schedule as somebody far away wants it to be from now on: when it is due, or what it does, which then is said anew by them.
import {
  type Schedule,
  type ScheduleChange,
  schedulesError,
  toWindow,
} from '../../../engine/jobs/schedules/index.js';
import type { Origin } from '../../../engine/records/index.js';
import { checkSettle, toExportCall, toFarPlace, toImportCall } from './described-schedule.js';
import type { Place } from './place.js';
import type { ExportSchedule, ImportSchedule } from './schedule-settings.js';
import type { DescribedChange, ScheduleWish } from './schedules-services.js';

const WORK = ['place', 'call', 'done', 'failed', 'sameContent', 'settleSeconds'] as const;

export const toChangedTiming = ({ cron, timeZone, between, overlap }: DescribedChange): ScheduleChange => ({
  ...(cron === undefined ? {} : { cron }),
  ...(timeZone === undefined ? {} : { timeZone }),
  ...(between === undefined ? {} : { windows: between.map(toWindow) }),
  ...(overlap === undefined ? {} : { overlap }),
});

/**
 * Undefined where only the moments change. Throws SCHEDULES-107 for what cannot be said from far away: what was set up on the command
 * line may lead to folders of the machine and hold headers, which nobody gets at by a change of the rest.
 */
export function toChangedWork(before: Schedule, change: DescribedChange): ScheduleWish['does'] | undefined {
  if (WORK.every((name) => change[name] === undefined)) return undefined;
  if ((before.createdBy as Origin).held !== true)
    throw schedulesError(107, {
      detail: `What ${before.name} does was said on the command line, and is changed there.`,
      hint: 'Change when it is due, pause it, or make another one.',
    });
  return before.kind === 'import' ? toImport(before, change) : toExport(before, change);
}

function toImport({ settings }: Schedule, change: DescribedChange): ScheduleWish['does'] {
  const { done, failed, ...was } = settings as ImportSchedule;
  const { place, call, sameContent = was.sameContent, settleSeconds = was.settleSeconds } = change;
  checkSettle(settleSeconds);
  const to = {
    done: change.done === undefined ? done : change.done,
    failed: change.failed === undefined ? failed : change.failed,
  };
  return {
    kind: 'import',
    settings: {
      from: place === undefined ? was.from : toFarPlace(place),
      call: call === undefined ? was.call : toImportCall(call),
      sameContent,
      settleSeconds,
      ...(to.done == null ? {} : { done: to.done }),
      ...(to.failed == null ? {} : { failed: to.failed }),
    },
  };
}

function toExport({ settings }: Schedule, change: DescribedChange): ScheduleWish['does'] {
  const unfit = WORK.find((one) => one !== 'place' && one !== 'call' && change[one] !== undefined);
  if (unfit !== undefined) throw schedulesError(107, { detail: `${unfit} is of imports.` });
  const was = settings as ExportSchedule;
  const to: Place = change.place === undefined ? was.to : toFarPlace(change.place);
  if (to.kind === 'address')
    throw schedulesError(107, { detail: 'An export goes into a storage, not to an address.' });
  return {
    kind: 'export',
    settings: { to, call: change.call === undefined ? was.call : toExportCall(change.call) },
  };
}
