// Schedules of imports and exports: saved once they are checked, done by a job when their moment comes.

import type { AlertCalls } from '../../../engine/alerts/index.js';
import {
  addSchedule,
  beginFiring,
  changeSchedule,
  checkTiming,
  endFiring,
  type Firing,
  fire,
  pauseSchedule,
  readFirings,
  readSchedule,
  readSchedules,
  removeSchedule,
  resumeSchedule,
  type Schedule,
  schedulesError,
} from '../../../engine/jobs/schedules/index.js';
import type { Origin } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { maskSecrets } from '../../../foundation/secrets/secret-mask.js';
import { type CallerRooms, readCatalogOfStarter, toStarter } from '../caller-catalog.js';
import { NOBODY_KNOWN } from '../files-rooms.js';
import type { ExportCall, ExportReport } from '../files-services.js';
import { tellOfFiring } from '../run-alerts.js';
import { toChangedTiming, toChangedWork } from './changed-schedule.js';
import { checkSchedule } from './check-schedule.js';
import { toScheduleWish } from './described-schedule.js';
import { exportToPlace } from './export-to-place.js';
import type { StartImport } from './firing-work.js';
import { importFromAddress } from './import-from-address.js';
import { importFromPlace } from './import-from-place.js';
import { openPlace, type PlaceSettings } from './place.js';
import type { ExportSchedule, FiringOutcome, ImportSchedule } from './schedule-settings.js';
import type { SchedulesServices, ScheduleWish } from './schedules-services.js';

/** The name of the job that does what a schedule says. */
export const SCHEDULE_TASK = 'files.schedule';

/** What may pass by itself is tried so often, over a minute and a half: the next moment is not kept waiting for long. */
const MOST_TRIES = 5;

export interface ScheduleRooms extends CallerRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly places: PlaceSettings;
  readonly imports: StartImport;
  readonly exportFile: (call: ExportCall, firing: string) => Promise<ExportReport>;
  readonly spoolFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checkNotify: (to: string) => void;
  /** Told of firings that failed, or went well again. Default: nobody. */
  readonly alerts?: Pick<AlertCalls, 'raise' | 'settle'>;
  /** Queues the telling of one address that a firing failed. */
  readonly tell: (client: Queryable, to: string, firing: string) => Promise<unknown>;
}

export function createSchedules(rooms: ScheduleRooms) {
  const { database, clock } = rooms;

  async function check(does: ScheduleWish['does'], createdBy: Origin): Promise<void> {
    for (const to of does.settings.call.notify ?? []) rooms.checkNotify(to);
    const known = await readCatalogOfStarter(rooms, createdBy, does.kind);
    await checkSchedule(database, does, known, rooms.places);
  }

  const services: SchedulesServices = {
    async add(wish) {
      checkTiming(wish, clock.now());
      const createdBy = toStarter({ ...wish, startedBy: wish.createdBy }, wish.createdBy);
      await check(wish.does, createdBy);
      const { does, caller: _, ...rest } = wish;
      return addSchedule(database, { ...rest, ...does, createdBy, task: SCHEDULE_TASK }, clock.now());
    },
    addDescribed: (said, caller) =>
      services.add({ ...toScheduleWish(said), createdBy: NOBODY_KNOWN, caller }),
    async changeDescribed(name, change, caller) {
      const before = await readSchedule(database, name);
      const timing = toChangedTiming(change);
      const does = toChangedWork(before, change);
      if (does === undefined) return changeSchedule(database, name, timing, clock.now());
      const createdBy = toStarter({ caller }, NOBODY_KNOWN);
      await check(does, createdBy);
      return changeSchedule(database, name, { ...timing, settings: does.settings, createdBy }, clock.now());
    },
    list: () => readSchedules(database),
    read: (name) => readSchedule(database, name),
    readFirings: (schedule, limit) => readFirings(database, schedule.id, limit),
    pause: (name) => pauseSchedule(database, name),
    resume: (name) => resumeSchedule(database, name, clock.now()),
    async run(name, askedBy) {
      const schedule = await readSchedule(database, name);
      const moment = clock.now();
      const firing = await database.transaction((client) =>
        fire(client, schedule, moment, { late: false, askedBy }),
      );
      if (firing !== undefined) return firing;
      throw schedulesError(107, { detail: `${name} was fired at this very moment by somebody else.` });
    },
    remove: (name) => removeSchedule(database, name),
  };

  async function work(schedule: Schedule, firing: Firing, signal: AbortSignal): Promise<FiringOutcome> {
    const base = { ...rooms, schedule, firing, signal };
    if (schedule.kind === 'export') {
      const { to } = schedule.settings as ExportSchedule;
      const place = await openPlace(to, rooms.places);
      return exportToPlace(base, place).finally(() => place.storage.close());
    }
    const { from } = schedule.settings as ImportSchedule;
    if (from.kind === 'address') return importFromAddress(base, from.address);
    const place = await openPlace(from, rooms.places);
    return importFromPlace(base, place).finally(() => place.storage.close());
  }

  /** The job. Whatever happens, the firing's row says it in the end. */
  async function runFiring(
    payload: unknown,
    job: { readonly signal: AbortSignal; readonly attempt: number; readonly maxAttempts: number },
  ): Promise<void> {
    const { firing: id } = payload as { firing: string };
    const begun = await beginFiring(database, id);
    if (begun === undefined) return;
    const { schedule, firing } = begun;
    try {
      const { state, says } = await work(schedule, firing, job.signal);
      await end(schedule, firing, state, says);
    } catch (error) {
      // Back in the queue: whoever takes it goes on where this one was.
      if (job.signal.aborted) throw error;
      const known = error instanceof DovetailError ? error : undefined;
      const again = known === undefined || known.consequence === 'retry';
      if (again && job.attempt < Math.min(MOST_TRIES, job.maxAttempts)) throw error;
      const said = known === undefined ? (error as Error).message : `${known.detail} (${known.code})`;
      await end(schedule, firing, 'failed', maskSecrets(said));
      // The firing tells it; a mistake of ours must be seen in the queue as well.
      if (known === undefined) throw error;
    }
  }

  async function end(
    schedule: Schedule,
    firing: Firing,
    state: FiringOutcome['state'],
    says: string,
  ): Promise<void> {
    const { notify = [] } = (schedule.settings as ImportSchedule | ExportSchedule).call;
    await database.transaction(async (client) => {
      await endFiring(client, firing.id, state, says);
      if (rooms.alerts !== undefined)
        await tellOfFiring(client, schedule, { id: firing.id, state, says }, rooms.alerts);
      if (state === 'failed') for (const to of notify) await rooms.tell(client, to, firing.id);
    });
  }

  return { services, runFiring } as const;
}
