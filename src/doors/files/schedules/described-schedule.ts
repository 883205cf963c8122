// A schedule as somebody far away describes it, in plain data: checked key by key. It leads to configured storages and to addresses only:
// folders of this machine hold what lets one in, and headers may name variables of the workers; both are for whoever runs it.
import { schedulesError, toWindow } from '../../../engine/jobs/schedules/index.js';
import { DUPLICATE_RULES, EMPTY_CELL_RULES, STRATEGIES } from '../../../engine/records/write-request.js';
import {
  choice,
  either,
  flag,
  list,
  number,
  object,
  record,
  type Shape,
  ShapeComplaint,
  text,
} from '../../../foundation/config/shape.js';
import { type Place, toPlace } from './place.js';
import { DEFAULT_SETTLE_SECONDS, type ScheduledExport, type ScheduledImport } from './schedule-settings.js';
import type { DescribedSchedule, ScheduleWish } from './schedules-services.js';

/** Throws SCHEDULES-105 and 107. */
export function toScheduleWish(said: DescribedSchedule): Omit<ScheduleWish, 'createdBy' | 'caller'> {
  if (!/^[\w][\w.-]{0,62}$/.test(said.name))
    throw schedulesError(107, {
      detail: `'${said.name.slice(0, 80)}' is no name for a schedule.`,
      hint: 'Letters, digits, dots, dashes and underscores; 63 at most.',
    });
  return {
    name: said.name,
    cron: said.cron,
    timeZone: said.timeZone ?? 'UTC',
    windows: (said.between ?? []).map(toWindow),
    overlap: said.overlap ?? 'skip',
    does: said.kind === 'import' ? toImport(said) : toExport(said),
  };
}

function toImport(said: DescribedSchedule): ScheduleWish['does'] {
  const { done, failed, sameContent = 'new', settleSeconds = DEFAULT_SETTLE_SECONDS } = said;
  checkSettle(settleSeconds);
  return {
    kind: 'import',
    settings: {
      from: toFarPlace(said.place),
      call: toImportCall(said.call),
      sameContent,
      settleSeconds,
      ...(done === undefined ? {} : { done }),
      ...(failed === undefined ? {} : { failed }),
    },
  };
}

function toExport({ place, call: said, ...more }: DescribedSchedule): ScheduleWish['does'] {
  const unfit = (['done', 'failed', 'sameContent', 'settleSeconds'] as const).find(
    (one) => more[one] !== undefined,
  );
  if (unfit !== undefined) throw schedulesError(107, { detail: `${unfit} is of imports.` });
  const to = toFarPlace(place);
  if (to.kind === 'address')
    throw schedulesError(107, { detail: 'An export goes into a storage, not to an address.' });
  return { kind: 'export', settings: { to, call: toExportCall(said) } };
}

export const toImportCall = (said: object): ScheduledImport =>
  ({ onError: 'skip', formatOptions: {}, ...withMapping(check(importCall, said)) }) as ScheduledImport;

export const toExportCall = (said: object): ScheduledExport =>
  ({
    format: 'csv',
    formatOptions: {},
    full: false,
    ...withMapping(check(exportCall, said)),
  }) as ScheduledExport;

export function checkSettle(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return;
  throw schedulesError(107, { detail: 'settleSeconds is a whole number from 1 to 86,400.' });
}

export function toFarPlace(place: string): Place {
  if (/^storage:[\w-]+\/./.test(place) || /^https?:\/\//i.test(place)) return toPlace(place, '/');
  throw schedulesError(107, {
    detail: `'${place.slice(0, 80)}' is no place that may be named from far away.`,
    hint: 'Name a configured storage (storage:NAME/in/*.csv), or an address to import from (https://…).',
  });
}

/** A saved one: there is no file of that name. */
const withMapping = <T extends { readonly mapping?: string }>({ mapping, ...call }: T) =>
  mapping === undefined ? call : { ...call, mapping: '', mappingName: mapping };

function check<T>(shape: Shape<T>, call: object): T {
  try {
    return shape(call, 'call');
  } catch (error) {
    if (!(error instanceof ShapeComplaint)) throw error;
    throw schedulesError(107, {
      detail: `${error.message}.`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

const ofBoth = {
  mapping: text,
  format: text,
  formatOptions: record(
    either<string | number | boolean>('a text, a number, true or false', text, number, flag),
  ),
  notify: list(text),
};

interface OfBoth {
  readonly mapping?: string;
  readonly format?: string;
  readonly formatOptions?: Readonly<Record<string, string | number | boolean>>;
  readonly notify?: readonly string[];
}

const importCall = object<
  OfBoth &
    Pick<ScheduledImport, 'entity' | 'strategy' | 'identity' | 'empty' | 'onDuplicate' | 'create'> & {
      readonly onError?: 'skip' | 'stop';
    }
>({
  ...ofBoth,
  entity: text,
  strategy: choice(...STRATEGIES),
  identity: list(text),
  empty: choice(...EMPTY_CELL_RULES),
  onDuplicate: choice(...DUPLICATE_RULES),
  create: list(text),
  onError: choice('skip', 'stop'),
});

const exportCall = object<
  OfBoth & Pick<ScheduledExport, 'entity'> & Partial<Pick<ScheduledExport, 'where' | 'fields' | 'full'>>
>({ ...ofBoth, entity: text, where: text, fields: list(text), full: flag }, ['entity']);
