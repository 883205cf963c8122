// What a schedule is, and a firing: one moment it came to.

/** From a time of day to another, in the schedule's time zone; over midnight where it ends before it begins. */
export interface ScheduleWindow {
  /** Days on which it begins, 0 for Sunday. */
  readonly days: readonly number[];
  /** Minutes from midnight, 0 to 1439. */
  readonly from: number;
  /** The first minute that is outside again, 0 to 1440. */
  readonly to: number;
}

/** When: everything that decides about moments. */
export interface ScheduleTiming {
  /** Five fields as in crontab(5): minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** None: always open. */
  readonly windows: readonly ScheduleWindow[];
}

export type Overlap = 'skip' | 'queue';

export interface NewSchedule extends ScheduleTiming {
  readonly name: string;
  readonly kind: 'import' | 'export';
  /** The task whose job does it; its payload is `{ firing }`. */
  readonly task: string;
  /** What the task reads. */
  readonly settings: unknown;
  /** What becomes of a moment that comes while the one before is still at work: left out, or done after it. */
  readonly overlap: Overlap;
  readonly createdBy: unknown;
}

export interface Schedule extends NewSchedule {
  readonly id: string;
  readonly paused: boolean;
  readonly createdAt: Date;
  /** Absent while it is paused. */
  readonly nextAt?: Date;
  readonly last?: Firing;
}

/** `done`: something was run; `nothing`: there was nothing to do; `skipped`: the one before was still at work, or the window was shut. */
export type FiringState = 'queued' | 'running' | 'done' | 'nothing' | 'failed' | 'skipped';

export interface Firing {
  readonly id: string;
  readonly moment: Date;
  readonly state: FiringState;
  /** True where no worker was there at the moment, so that it was done later. */
  readonly late: boolean;
  /** Who asked for it; absent: the clock. */
  readonly askedBy?: unknown;
  readonly says?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}
