// The rows of dovetail.alerts as they are looked at, changed by people and removed.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { Alert, AlertActor, Severity } from './alert.js';
import { type AlertFilter, FILTER, FILTER_SIZE, toFilterValues } from './alert-filter.js';
import { ALERT_COLUMNS, type AlertRow, fromAlertRow } from './alert-row.js';
import { alertsError } from './alerts-errors.js';

/** The latest first. */
export async function readAlerts(
  db: Queryable,
  filter: AlertFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly Alert[]> {
  const { rows } = await db.query<AlertRow>(
    `select ${ALERT_COLUMNS} from dovetail.alerts a where ${FILTER}
     order by a.updated_at desc, a.id desc limit $${FILTER_SIZE + 1} offset $${FILTER_SIZE + 2}`,
    [...toFilterValues(filter), limit, offset],
  );
  return rows.map(fromAlertRow);
}

export async function countAlerts(db: Queryable, filter: AlertFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from dovetail.alerts a where ${FILTER}`,
    toFilterValues(filter),
  );
  return rows[0]!.count;
}

/** Throws ALERTS-101. */
export async function readAlert(db: Queryable, id: string): Promise<Alert> {
  const found = await readAlerts(db, { ids: [id], resolved: true }, { limit: 1, offset: 0 });
  if (found[0] !== undefined) return found[0];
  throw alertsError(101, {
    detail: `There is no alert ${id.slice(0, 60)}.`,
    hint: '`dovetail alerts list --resolved` lists those there are.',
  });
}

export interface AlertGroup {
  readonly source: string;
  readonly resource?: string;
  readonly type: string;
  readonly alerts: number;
  /** How often they were raised. */
  readonly count: number;
  /** The worst of them. */
  readonly severity: Severity;
  readonly latestAt: Date;
}

/** By source, resource and type, the most first; at most a thousand. */
export async function readSummary(db: Queryable, filter: AlertFilter): Promise<readonly AlertGroup[]> {
  const { rows } = await db.query<
    Omit<AlertGroup, 'resource'> & { resource: string | null } & Record<string, unknown>
  >(
    `select a.source, a.resource, a.type, count(*)::int as alerts, sum(a.count)::float8 as count, max(a.updated_at) as "latestAt",
       (array['info', 'warning', 'error', 'critical'])[max(array_position(array['info', 'warning', 'error', 'critical'], a.severity))] as severity
     from dovetail.alerts a where ${FILTER} group by a.source, a.resource, a.type
     order by count(*) desc, a.source, a.resource, a.type limit 1000`,
    toFilterValues(filter),
  );
  return rows.map(({ resource, ...rest }) => (resource === null ? rest : { ...rest, resource }));
}

/** Of those that are open. Returns how many. */
export async function acknowledgeAlerts(
  db: Queryable,
  filter: AlertFilter,
  by: AlertActor,
  now: Date,
): Promise<number> {
  const { rowCount } = await db.query(
    `update dovetail.alerts a set state = 'acknowledged', acknowledged_at = $${FILTER_SIZE + 1},
       acknowledged_by = $${FILTER_SIZE + 2}, updated_at = $${FILTER_SIZE + 1}
     where ${FILTER} and a.state = 'open'`,
    [...toFilterValues(filter), now, JSON.stringify(by)],
  );
  return rowCount ?? 0;
}

/** Of those that are not resolved. Returns how many. */
export async function resolveAlerts(
  db: Queryable,
  filter: AlertFilter,
  by: AlertActor,
  now: Date,
): Promise<number> {
  const { rowCount } = await db.query(
    `update dovetail.alerts a set state = 'resolved', resolved_at = $${FILTER_SIZE + 1}, resolved_by = $${FILTER_SIZE + 2},
       updated_at = $${FILTER_SIZE + 1}
     where ${FILTER} and a.state <> 'resolved'`,
    [...toFilterValues(filter), now, JSON.stringify(by)],
  );
  return rowCount ?? 0;
}

/** At most `most` of them; returns how many. */
export async function deleteAlerts(db: Queryable, filter: AlertFilter, most: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from dovetail.alerts where id in (select a.id from dovetail.alerts a where ${FILTER} limit $${FILTER_SIZE + 1})`,
    [...toFilterValues(filter), most],
  );
  return rowCount ?? 0;
}

/** Of those that were resolved before the moment at most `most`; returns how many. */
export async function deleteOldAlerts(db: Queryable, before: Date, most: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from dovetail.alerts where id in (
       select id from dovetail.alerts where state = 'resolved' and resolved_at < $1 limit $2)`,
    [before, most],
  );
  return rowCount ?? 0;
}

/** How many are not resolved, by severity; those that are acknowledged apart. */
export async function readAlertNumbers(
  db: Queryable,
): Promise<
  readonly { readonly severity: Severity; readonly state: 'open' | 'acknowledged'; readonly count: number }[]
> {
  const { rows } = await db.query<{ severity: Severity; state: 'open' | 'acknowledged'; count: number }>(
    `select severity, state, count(*)::int as count from dovetail.alerts where state <> 'resolved' group by severity, state`,
  );
  return rows;
}
