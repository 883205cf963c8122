// Schedules and their firings as they are shown to whoever may see them. Of addresses only the host is, and of headers nothing: they may
// hold what lets one in.

const BELONGS = `
  case when s.created_by->>'held' = 'true' then concat(s.created_by->>'kind', ' ', s.created_by->>'id') end as owner,
  case when s.created_by->>'held' = 'true' then coalesce(
    (select c.unit_id from dovetail.clients c where s.created_by->>'kind' = 'client' and c.id::text = s.created_by->>'id'),
    (select u.unit_id from dovetail.users u where s.created_by->>'kind' = 'user' and u.id::text = s.created_by->>'id')) end as unit`;

const placeSql = (place: string): string => `
  case ${place}->>'kind'
    when 'address' then regexp_replace(${place}->>'address', '^(https?://)(?:[^/?#@]*@)?([^/?#]*).*$', '\\1\\2/…', 'i')
    when 'storage' then concat('storage:', ${place}->>'storage', '/', ${place}->>'path')
    else ${place}->>'path' end`;

export const SCHEDULES_SHOWN = `
  select s.id, s.name, s.kind, s.settings->'call'->>'entity' as entity, ${placeSql("coalesce(s.settings->'from', s.settings->'to')")} as place,
    (s.settings->'call') - 'notify' as call, s.cron, s.time_zone as "timeZone", s.windows, s.overlap, s.paused,
    jsonb_strip_nulls(jsonb_build_object('kind', s.created_by->>'kind', 'id', s.created_by->>'id')) as "createdBy",
    s.created_at as "createdAt", s.next_at as "nextAt", ${BELONGS}
  from dovetail.schedules s`;

export const FIRINGS_SHOWN = `
  select f.id, f.schedule_id as "scheduleId", f.moment, f.state, f.late, f.says, f.asked_by as "askedBy",
    f.started_at as "startedAt", f.ended_at as "endedAt", ${BELONGS}
  from dovetail.schedule_firings f join dovetail.schedules s on s.id = f.schedule_id`;
