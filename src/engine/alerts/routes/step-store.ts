// The rows of dovetail.alert_steps and dovetail.alert_notices: what is to be told when, and who was told.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { AlertState, Severity } from '../alert.js';
import type { RoutedAlert } from './matching-routes.js';
import type { StepName } from './route.js';

export interface Step {
  readonly alert: string;
  readonly route: string;
  readonly step: StepName;
  readonly number: number;
}

export interface PlannedStep extends Step {
  readonly dueAt: Date;
}

/** Alerts that no route was looked for yet, locked; the oldest first. */
export async function lockUnrouted(
  db: Queryable,
  limit: number,
): Promise<readonly (RoutedAlert & { readonly id: string })[]> {
  const { rows } = await db.query<RoutedAlert & { id: string } & Record<string, unknown>>(
    `select id::text, source, type, severity, organization,
       case when source = 'notify' then details->>'route' end as "failedRoute"
     from dovetail.alerts where routed_at is null order by id limit $1 for update skip locked`,
    [limit],
  );
  return rows;
}

export async function markRouted(db: Queryable, ids: readonly string[], now: Date): Promise<void> {
  await db.query('update dovetail.alerts set routed_at = $2 where id = any($1::bigint[])', [ids, now]);
}

/** When what each route collects will be told: its digests that are not over. */
export async function readOpenDigests(db: Queryable, now: Date): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ route: string; due_at: Date }>(
    `select route, min(due_at) as due_at from dovetail.alert_steps
     where step = 'raised' and done_at is null and due_at > $1 group by route`,
    [now],
  );
  return new Map(rows.map(({ route, due_at }) => [route, due_at]));
}

/** Steps that are planned already stay as they are. */
export async function insertSteps(db: Queryable, steps: readonly PlannedStep[]): Promise<void> {
  if (steps.length === 0) return;
  await db.query(
    `insert into dovetail.alert_steps (alert_id, route, step, number, due_at)
     select * from jsonb_to_recordset($1::jsonb) as s (alert bigint, route text, step text, number integer, "dueAt" timestamptz)
     on conflict do nothing`,
    [JSON.stringify(steps)],
  );
}

export interface DueStep extends Step {
  readonly state: AlertState;
  readonly severity: Severity;
}

/** Locked; those that are due longest first. */
export async function lockDueSteps(db: Queryable, now: Date, limit: number): Promise<readonly DueStep[]> {
  const { rows } = await db.query<DueStep & Record<string, unknown>>(
    `select s.alert_id::text as alert, s.route, s.step, s.number, a.state, a.severity
     from dovetail.alert_steps s join dovetail.alerts a on a.id = s.alert_id
     where s.done_at is null and s.due_at <= $1 order by s.due_at, s.alert_id limit $2 for update of s skip locked`,
    [now, limit],
  );
  return rows;
}

export async function postponeSteps(db: Queryable, steps: readonly PlannedStep[]): Promise<void> {
  if (steps.length === 0) return;
  await db.query(
    `update dovetail.alert_steps s set due_at = p."dueAt"
     from jsonb_to_recordset($1::jsonb) as p (alert bigint, route text, step text, number integer, "dueAt" timestamptz)
     where s.alert_id = p.alert and s.route = p.route and s.step = p.step and s.number = p.number`,
    [JSON.stringify(steps)],
  );
}

export async function endSteps(db: Queryable, steps: readonly Step[], now: Date): Promise<void> {
  if (steps.length === 0) return;
  await db.query(
    `update dovetail.alert_steps s set done_at = $2
     from jsonb_to_recordset($1::jsonb) as p (alert bigint, route text, step text, number integer)
     where s.alert_id = p.alert and s.route = p.route and s.step = p.step and s.number = p.number`,
    [JSON.stringify(steps), now],
  );
}

/** Resolved alerts about which it was not seen to what is left to tell, locked. */
export async function lockUnclosed(db: Queryable, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id::text from dovetail.alerts where state = 'resolved' and closed_at is null order by id limit $1 for update skip locked`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Nothing is repeated or escalated any more. Returns by which routes somebody was told of which alert. */
export async function closeAlerts(
  db: Queryable,
  ids: readonly string[],
  now: Date,
): Promise<readonly { readonly alert: string; readonly route: string }[]> {
  const { rows } = await db.query<{ alert: string; route: string }>(
    `with over as (
       update dovetail.alert_steps set done_at = $2
       where alert_id = any($1::bigint[]) and done_at is null and step <> 'resolved'
     ), closed as (update dovetail.alerts set closed_at = $2, routed_at = coalesce(routed_at, $2) where id = any($1::bigint[]))
     select distinct alert_id::text as alert, route from dovetail.alert_notices where alert_id = any($1::bigint[])`,
    [ids, now],
  );
  return rows;
}
