// The rows of dovetail.schedules.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Firing, NewSchedule, Schedule } from './schedule.js';
import { checkTiming, findNextMoment } from './schedule-moment.js';
import { schedulesError } from './schedules-errors.js';

/** Adds a schedule; its first moment is the next after `now`. Throws SCHEDULES-102 to 104 and 106. */
export async function addSchedule(db: Queryable, wish: NewSchedule, now: Date): Promise<Schedule> {
  checkTiming(wish, now);
  const { rowCount } = await db.query(
    `insert into dovetail.schedules (name, kind, task, settings, cron, time_zone, windows, overlap, created_by, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (name) do nothing`,
    [
      wish.name,
      wish.kind,
      wish.task,
      JSON.stringify(wish.settings),
      wish.cron,
      wish.timeZone,
      JSON.stringify(wish.windows),
      wish.overlap,
      JSON.stringify(wish.createdBy),
      findNextMoment(wish, now),
    ],
  );
  if (rowCount === 1) return readSchedule(db, wish.name);
  throw schedulesError(102, {
    detail: `There is a schedule '${wish.name}' already.`,
    hint: `Remove it first (\`dovetail schedules remove ${wish.name}\`), or choose another name.`,
  });
}

const SELECT = `
  select s.*, s.id::text as id, (
    select to_jsonb(f) from dovetail.schedule_firings f where f.schedule_id = s.id order by f.id desc limit 1) as last
  from dovetail.schedules s`;

/** By name. */
export async function readSchedules(db: Queryable): Promise<readonly Schedule[]> {
  const { rows } = await db.query<ScheduleRow>(`${SELECT} order by s.name`);
  return rows.map(fromRow);
}

/** By name. Throws SCHEDULES-101. */
export async function readSchedule(db: Queryable, name: string): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(`${SELECT} where s.name = $1`, [name]);
  if (rows[0]) return fromRow(rows[0]);
  const known = (await readSchedules(db)).map((schedule) => schedule.name);
  const near = didYouMean(name, known);
  throw schedulesError(101, {
    detail: `There is no schedule '${name}'.`,
    hint: near === undefined ? '`dovetail schedules` lists those there are.' : `Did you mean '${near}'?`,
  });
}

/** Throws SCHEDULES-101. */
export async function pauseSchedule(db: Queryable, name: string): Promise<Schedule> {
  await db.query('update dovetail.schedules set paused = true, next_at = null where name = $1', [name]);
  return readSchedule(db, name);
}

/** Goes on with the next moment after `now`: what was due meanwhile is not made up for. Throws SCHEDULES-101. */
export async function resumeSchedule(db: Queryable, name: string, now: Date): Promise<Schedule> {
  const schedule = await readSchedule(db, name);
  await db.query('update dovetail.schedules set paused = false, next_at = $2 where name = $1 and paused', [
    name,
    findNextMoment(schedule, now) ?? null,
  ]);
  return readSchedule(db, name);
}

/** What of a schedule may become another; what is not named stays. */
export type ScheduleChange = Partial<
  Pick<NewSchedule, 'settings' | 'cron' | 'timeZone' | 'windows' | 'overlap' | 'createdBy'>
>;

/** Its next moment is then the next after `now`. Throws SCHEDULES-101, 103, 104 and 106. */
export async function changeSchedule(
  db: Queryable,
  name: string,
  change: ScheduleChange,
  now: Date,
): Promise<Schedule> {
  const before = await readSchedule(db, name);
  const wish = { ...before, ...change };
  checkTiming(wish, now);
  await db.query(
    `update dovetail.schedules set settings = $2, cron = $3, time_zone = $4, windows = $5, overlap = $6, created_by = $7,
       next_at = case when paused then null else $8::timestamptz end where name = $1`,
    [
      name,
      JSON.stringify(wish.settings),
      wish.cron,
      wish.timeZone,
      JSON.stringify(wish.windows),
      wish.overlap,
      JSON.stringify(wish.createdBy),
      findNextMoment(wish, now) ?? null,
    ],
  );
  return readSchedule(db, name);
}

/** Until the transaction ends nobody else changes it. */
export async function holdSchedule(db: Queryable, id: string): Promise<void> {
  if (/^\d{1,18}$/.test(id)) await db.query('select from dovetail.schedules where id = $1 for update', [id]);
}

/** Removes it with what it remembers (the files it took, its firings). Its runs stay. Throws SCHEDULES-101. */
export async function removeSchedule(db: Queryable, name: string): Promise<void> {
  await readSchedule(db, name);
  await db.query('delete from dovetail.schedules where name = $1', [name]);
}

export interface ScheduleRow {
  id: string;
  name: string;
  kind: Schedule['kind'];
  task: string;
  settings: unknown;
  cron: string;
  time_zone: string;
  windows: Schedule['windows'];
  overlap: Schedule['overlap'];
  paused: boolean;
  created_by: unknown;
  created_at: Date | string;
  next_at: Date | string | null;
  last?: FiringRow | null;
  [column: string]: unknown;
}

export interface FiringRow {
  id: string | number;
  moment: Date | string;
  state: Firing['state'];
  late: boolean;
  asked_by: unknown;
  says: string | null;
  started_at: Date | string | null;
  ended_at: Date | string | null;
  [column: string]: unknown;
}

export function fromRow(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    task: row.task,
    settings: row.settings,
    cron: row.cron,
    timeZone: row.time_zone,
    windows: row.windows,
    overlap: row.overlap,
    createdBy: row.created_by,
    paused: row.paused,
    createdAt: new Date(row.created_at),
    ...(row.next_at === null ? {} : { nextAt: new Date(row.next_at) }),
    ...(row.last ? { last: fromFiringRow(row.last) } : {}),
  };
}

export function fromFiringRow(row: FiringRow): Firing {
  return {
    id: String(row.id),
    moment: new Date(row.moment),
    state: row.state,
    late: row.late,
    ...(row.asked_by === null ? {} : { askedBy: row.asked_by }),
    ...(row.says === null ? {} : { says: row.says }),
    ...(row.started_at === null ? {} : { startedAt: new Date(row.started_at) }),
    ...(row.ended_at === null ? {} : { endedAt: new Date(row.ended_at) }),
  };
}
