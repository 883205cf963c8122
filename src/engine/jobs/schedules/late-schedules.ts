// Schedules that stayed away, whoever is to blame.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Schedule } from './schedule.js';

/** `overdue`: nobody came to the moment. `waiting`: nobody began yet. `missed`: the last moment was noticed late. */
export interface LateSchedule {
  readonly name: string;
  readonly kind: Schedule['kind'];
  readonly moment: Date;
  readonly says: 'overdue' | 'waiting' | 'missed';
}

const OVERDUE = "interval '5 minutes'";
const WAITING = "interval '10 minutes'";

/** Those that are late at `now`, by name; at most a thousand. Paused ones have no moment to miss. */
export async function readLateSchedules(db: Queryable, now: Date): Promise<readonly LateSchedule[]> {
  const { rows } = await db.query<LateSchedule & Record<string, unknown>>(
    `select s.name, s.kind, case when s.next_at < $1::timestamptz - ${OVERDUE} then s.next_at else f.moment end as moment,
       case when s.next_at < $1::timestamptz - ${OVERDUE} then 'overdue' when f.state = 'queued' then 'waiting' else 'missed' end as says
     from dovetail.schedules s left join lateral (
       select moment, state, late from dovetail.schedule_firings where schedule_id = s.id and asked_by is null
       order by moment desc limit 1) f on true
     where not s.paused and (s.next_at < $1::timestamptz - ${OVERDUE}
       or f.late or (f.state = 'queued' and f.moment < $1::timestamptz - ${WAITING}))
     order by s.name limit 1000`,
    [now],
  );
  return rows;
}
