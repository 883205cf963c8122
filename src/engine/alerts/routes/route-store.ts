// The rows of dovetail.alert_routes. Addresses lie in them sealed, since some hold what lets one in.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';
import type { AlertActor, Severity } from '../alert.js';
import { alertsError } from '../alerts-errors.js';
import type { AlertRoute, Escalation, QuietHours } from './route.js';
import { toTargetKey } from './target.js';

interface Sealed {
  readonly to: readonly string[];
  readonly escalate?: readonly Escalation[];
}

/** Adds it. Throws ALERTS-104 if there is one of the name. */
export async function insertRoute(
  db: Queryable,
  route: AlertRoute,
  seal: Seal,
  about: { readonly by: AlertActor; readonly now: Date },
): Promise<void> {
  const { rowCount } = await db.query(
    `insert into dovetail.alert_routes (name, sources, types, organizations, severity, sealed, shown, digest_minutes, repeat_minutes,
       quiet, tells_resolved, paused, created_by, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) on conflict (name) do nothing`,
    [...toValues(route, seal), JSON.stringify(about.by), about.now],
  );
  if (rowCount !== 1) throw alertsError(104, { detail: `There is a route '${route.name}' already.` });
}

/** Throws ALERTS-102 for one that is gone. */
export async function updateRoute(db: Queryable, route: AlertRoute, seal: Seal, now: Date): Promise<void> {
  const { rowCount } = await db.query(
    `update dovetail.alert_routes set sources = $2, types = $3, organizations = $4, severity = $5, sealed = $6, shown = $7,
       digest_minutes = $8, repeat_minutes = $9, quiet = $10, tells_resolved = $11, paused = $12, changed_at = $13
     where name = $1`,
    [...toValues(route, seal), now],
  );
  if (rowCount !== 1) throw noRoute(route.name);
}

/** Throws ALERTS-102. */
export async function deleteRoute(db: Queryable, name: string): Promise<void> {
  const { rowCount } = await db.query('delete from dovetail.alert_routes where name = $1', [name]);
  if (rowCount !== 1) throw noRoute(name);
}

const noRoute = (name: string) =>
  alertsError(102, { detail: `There is no route '${name.slice(0, 63)}' among those that can be changed.` });

function toValues(route: AlertRoute, seal: Seal): readonly unknown[] {
  const { name, to, escalate } = route;
  const sealed: Sealed = { to, ...(escalate === undefined ? {} : { escalate }) };
  const shown = {
    to: to.map(toTargetKey),
    ...(escalate === undefined
      ? {}
      : { escalate: escalate.map((one) => ({ ...one, to: one.to.map(toTargetKey) })) }),
  };
  return [
    name,
    route.sources ?? null,
    route.types ?? null,
    route.organizations ?? null,
    route.severity ?? null,
    seal.close(JSON.stringify(sealed), toPlace(name)),
    JSON.stringify(shown),
    route.digestMinutes ?? null,
    route.repeatMinutes ?? null,
    route.quiet === undefined ? null : JSON.stringify(route.quiet),
    route.tellsResolved === true,
    route.paused === true,
  ];
}

const toPlace = (name: string): string => `dovetail.alert_routes ${name}`;

/** A route, or the name of one that this process can't read: it was sealed under another master key. */
export type StoredRoute = { readonly route: AlertRoute } | { readonly unreadable: string };

/** By name. */
export async function readStoredRoutes(db: Queryable, seal: () => Seal): Promise<readonly StoredRoute[]> {
  const { rows } = await db.query<RouteRow>('select * from dovetail.alert_routes order by name');
  return rows.map((row) => {
    const text = seal().find(row.sealed, toPlace(row.name));
    return text === undefined
      ? { unreadable: row.name }
      : { route: fromRow(row, JSON.parse(text) as Sealed) };
  });
}

interface RouteRow {
  name: string;
  sources: readonly string[] | null;
  types: readonly string[] | null;
  organizations: readonly string[] | null;
  severity: Severity | null;
  sealed: Buffer;
  digest_minutes: number | null;
  repeat_minutes: number | null;
  quiet: QuietHours | null;
  tells_resolved: boolean;
  paused: boolean;
  [column: string]: unknown;
}

function fromRow(row: RouteRow, { to, escalate }: Sealed): AlertRoute {
  const some = {
    sources: row.sources,
    types: row.types,
    organizations: row.organizations,
    severity: row.severity,
    digestMinutes: row.digest_minutes,
    repeatMinutes: row.repeat_minutes,
    quiet: row.quiet,
  };
  return {
    name: row.name,
    to,
    ...(escalate === undefined ? {} : { escalate }),
    tellsResolved: row.tells_resolved,
    paused: row.paused,
    ...(Object.fromEntries(
      Object.entries(some).filter(([, value]) => value !== null),
    ) as Partial<AlertRoute>),
  };
}
