// Runs and what they have to say of rows, as they are shown to whoever may see them: without settings, which hold paths and addresses.
import { HOLDER_ALIVE } from './run-store.js';

/** Who may see it: the caller that began it, and is held to their rights, as `kind id`; and the unit that they belong to. */
const BELONGS = `
  case when r.origin->>'held' = 'true' then concat(r.origin->>'kind', ' ', r.origin->>'id') end as owner,
  case when r.origin->>'held' = 'true' then coalesce(
    (select c.unit_id from dovetail.clients c where r.origin->>'kind' = 'client' and c.id::text = r.origin->>'id'),
    (select u.unit_id from dovetail.users u where r.origin->>'kind' = 'user' and u.id::text = r.origin->>'id')) end as unit`;

const STARTED_BY = `
  coalesce(
    (select c.name from dovetail.clients c where r.origin->>'kind' = 'client' and c.id::text = r.origin->>'id'),
    (select u.name from dovetail.users u where r.origin->>'kind' = 'user' and u.id::text = r.origin->>'id'))`;

export const RUNS_SHOWN = `
  select r.id, r.kind, r.entity, r.title, r.state, r.phase,
    r.state = 'running' and not ${HOLDER_ALIVE} as interrupted, r.cancel_requested as "cancelRequested",
    coalesce(n.read, 0) as read, coalesce(n.added, 0) as added, coalesce(n.updated, 0) as updated,
    coalesce(n.unchanged, 0) as unchanged, coalesce(n.deleted, 0) as deleted, coalesce(n.postponed, 0) as postponed,
    coalesce(n.failed, 0) as failed, coalesce(n.skipped, 0) as skipped, coalesce(n.warnings, 0) as warnings,
    r.settings->>'strategy' as strategy, r.settings->'identity' as identity,
    r.settings->>'mappingName' as mapping, (r.settings->>'mappingVersion')::int8 as "mappingVersion",
    r.undo, r.undo_why as "undoWhy", r.failure,
    jsonb_strip_nulls(jsonb_build_object('kind', r.origin->>'kind', 'id', r.origin->>'id', 'name', ${STARTED_BY})) as "startedBy",
    r.created_at as "createdAt", r.started_at as "startedAt", r.ended_at as "endedAt",
    (r.settings->>'undoes')::int8 as "undoesId", r.undone_by as "undoneById", (r.settings->>'repeats')::int8 as "repeatsId",
    r.settings->>'upload' as "uploadId", r.report, r.schedule_id as "scheduleId", r.firing_id as "firingId", ${BELONGS}
  from dovetail.runs r left join lateral (
    select sum(c.read)::int8 as read, sum(c.added)::int8 as added, sum(c.updated)::int8 as updated,
      sum(c.unchanged)::int8 as unchanged, sum(c.deleted)::int8 as deleted, sum(c.postponed)::int8 as postponed,
      sum(c.failed)::int8 as failed, sum(c.skipped)::int8 as skipped, sum(c.warnings)::int8 as warnings
    from dovetail.run_checkpoints c where c.run_id = r.id) n on true`;

export const DIFFERENCES_SHOWN = `
  select d.id, d.run_id as "runId", d.record, d.row, d.line, d.action, d.identity, d.field, d.before, d.after, ${BELONGS}
  from dovetail.run_differences d join dovetail.runs r on r.id = d.run_id`;

export const ISSUES_SHOWN = `
  select e.id, e.run_id as "runId", e.severity, e.code, e.row, e.line, e."column", e.field, e.value, e.message, e.hint, ${BELONGS}
  from dovetail.run_errors e join dovetail.runs r on r.id = e.run_id`;
