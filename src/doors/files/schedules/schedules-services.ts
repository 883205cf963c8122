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

/** `place`: `storage:NAME/in/*.csv`, or an address to import from. `call`: the options of the import or export; `mapping` names a saved one. */
export interface DescribedSchedule {
  readonly name: string;
  readonly kind: 'import' | 'export';
  readonly place: string;
  readonly call: object;
  readonly cron: string;
  /** Default UTC. */
  readonly timeZone?: string;
  /** `mon-fri 08:00-18:00`. Default: always. */
  readonly between?: readonly string[];
  /** Default `skip`. */
  readonly overlap?: 'skip' | 'queue';
  readonly done?: string;
  readonly failed?: string;
  readonly sameContent?: 'new' | 'known';
  readonly settleSeconds?: number;
}

/** Null: a file stays where it is. */
export type DescribedChange = Partial<Omit<DescribedSchedule, 'name' | 'kind' | 'done' | 'failed'>> & {
  readonly done?: string | null;
  readonly failed?: string | null;
};

export interface SchedulesServices {
  /** Throws SCHEDULES-102 to 107, and whatever the import or export itself would refuse before it reads a row. */
  add(wish: ScheduleWish): Promise<Schedule>;
  /** As somebody far away describes it, with whose rights it is done then. Throws as `add` does. */
  addDescribed(said: DescribedSchedule, caller: Caller): Promise<Schedule>;
  /**
   * As somebody far away says it; what is not said stays. Whoever changes what it does, and not only when, has it done with their
   * rights from then on. Throws SCHEDULES-101, 107 for what was said on the command line, and as `add` does.
   */
  changeDescribed(name: string, change: DescribedChange, caller: Caller): Promise<Schedule>;
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
