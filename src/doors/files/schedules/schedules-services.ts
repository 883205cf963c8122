// What the door `files` offers about schedules.
import type { Caller } from '../../../engine/access/index.js';
import type { Firing, Schedule, ScheduleTiming } from '../../../engine/jobs/schedules/index.js';
import type { Origin } from '../../../engine/records/index.js';
import type { ExportSchedule, ImportSchedule } from './schedule-settings.js';

export interface ScheduleWish extends ScheduleTiming {
  readonly name: string;
  readonly overlap: Schedule['overlap'];
  readonly createdBy: Origin;
  /** With whose rights, as they are at each moment; kept in place of `createdBy`. Default: those of the program itself. */
  readonly caller?: Caller;
  readonly does:
    | { readonly kind: 'import'; readonly settings: ImportSchedule }
    | { readonly kind: 'export'; readonly settings: ExportSchedule };
}

export interface SchedulesServices {
  /** Throws SCHEDULES-102 to 107, and whatever the import or export itself would refuse before it reads a row. */
  add(wish: ScheduleWish): Promise<Schedule>;
  list(): Promise<readonly Schedule[]>;
  /** Throws SCHEDULES-101, as all that take a name. */
  read(name: string): Promise<Schedule>;
  /** The latest firings first. */
  readFirings(schedule: Schedule, limit: number): Promise<readonly Firing[]>;
  pause(name: string): Promise<Schedule>;
  resume(name: string): Promise<Schedule>;
  /** Fires now, for whoever asks; a worker does it. */
  run(name: string, askedBy: Origin): Promise<Firing>;
  remove(name: string): Promise<void>;
}
