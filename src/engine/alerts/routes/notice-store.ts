// The rows of dovetail.alert_notices: one for everybody who is told of a step of an alert.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Alert } from '../alert.js';
import { ALERT_COLUMNS, type AlertRow, fromAlertRow } from '../alert-row.js';
import type { StepName } from './route.js';
import type { Step } from './step-store.js';

export interface NewNotice extends Step {
  readonly target: string;
}

export interface StoredNotice {
  readonly id: string;
  readonly route: string;
  readonly target: string;
}

/** Whoever has a notice of a step already gets no other. Returns those that are new. */
export async function insertNotices(
  db: Queryable,
  notices: readonly NewNotice[],
  now: Date,
): Promise<readonly StoredNotice[]> {
  if (notices.length === 0) return [];
  const { rows } = await db.query<StoredNotice & Record<string, unknown>>(
    `insert into dovetail.alert_notices (alert_id, route, step, number, target, queued_at)
     select n.alert, n.route, n.step, n.number, n.target, $2
     from jsonb_to_recordset($1::jsonb) as n (alert bigint, route text, step text, number integer, target text)
     on conflict do nothing returning id::text, route, target`,
    [JSON.stringify(notices), now],
  );
  return rows;
}

/** Who was told of alerts by routes. */
export async function readTold(
  db: Queryable,
  steps: readonly Step[],
): Promise<readonly { readonly alert: string; readonly route: string; readonly target: string }[]> {
  const { rows } = await db.query<{ alert: string; route: string; target: string }>(
    `select distinct n.alert_id::text as alert, n.route, n.target from dovetail.alert_notices n
     join jsonb_to_recordset($1::jsonb) as s (alert bigint, route text) on s.alert = n.alert_id and s.route = n.route
     where n.sent_at is not null and n.step <> 'resolved'`,
    [JSON.stringify(steps)],
  );
  return rows;
}

export interface OpenNotice {
  readonly id: string;
  readonly step: StepName;
  readonly number: number;
  readonly alert: Alert;
}

/** Of these notices those that are neither sent nor given up, in the order of the alerts. */
export async function readOpenNotices(db: Queryable, ids: readonly string[]): Promise<readonly OpenNotice[]> {
  const { rows } = await db.query<AlertRow & { notice: string; told_step: StepName; number: number }>(
    `select n.id::text as notice, n.step as told_step, n.number, ${ALERT_COLUMNS}
     from dovetail.alert_notices n join dovetail.alerts a on a.id = n.alert_id
     where n.id = any($1::bigint[]) and n.sent_at is null and n.failed_at is null order by n.alert_id, n.id`,
    [ids],
  );
  return rows.map((row) => ({
    id: row.notice,
    step: row.told_step,
    number: row.number,
    alert: fromAlertRow(row),
  }));
}

export async function markSent(db: Queryable, ids: readonly string[], now: Date): Promise<void> {
  await db.query('update dovetail.alert_notices set sent_at = $2 where id = any($1::bigint[])', [ids, now]);
}

/** They will not be sent. */
export async function markFailed(
  db: Queryable,
  ids: readonly string[],
  now: Date,
  says: string,
): Promise<void> {
  await db.query(
    'update dovetail.alert_notices set failed_at = $2, says = $3 where id = any($1::bigint[]) and sent_at is null',
    [ids, now, says.slice(0, 1_000)],
  );
}

export interface ShownNotice {
  readonly route: string;
  readonly step: StepName;
  readonly number: number;
  readonly target: string;
  readonly queuedAt: Date;
  readonly sentAt?: Date;
  readonly failedAt?: Date;
  readonly says?: string;
}

/** Of one alert, in order; at most a hundred. */
export async function readNotices(db: Queryable, alert: string): Promise<readonly ShownNotice[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    `select route, step, number, target, queued_at as "queuedAt", sent_at as "sentAt", failed_at as "failedAt", says
     from dovetail.alert_notices where alert_id = $1 order by id limit 100`,
    [alert],
  );
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  ) as unknown as readonly ShownNotice[];
}
