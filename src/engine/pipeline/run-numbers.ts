// How many runs there are, for whoever watches: cheap enough to be asked again and again.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { RunState } from './run.js';

export interface RunNumbers {
  /** Queued and running ones by state. */
  readonly open: ReadonlyMap<RunState, number>;
  /** Those that ended within a day, by state. */
  readonly ended: ReadonlyMap<RunState, number>;
}

export async function readRunNumbers(db: Queryable): Promise<RunNumbers> {
  const { rows } = await db.query<{ over: boolean; state: RunState; count: number }>(
    `select false as over, state, count(*)::int from dovetail.runs where state in ('queued', 'running') group by state
     union all
     select true, state, count(*)::int from dovetail.runs where ended_at > now() - interval '1 day' group by state`,
  );
  const toMap = (over: boolean) =>
    new Map(rows.filter((row) => row.over === over).map(({ state, count }) => [state, count]));
  return { open: toMap(false), ended: toMap(true) };
}

/** Whether somebody is importing at this moment. */
export async function hasRunningImport(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select from dovetail.runs
       where state = 'running' and kind in ('import', 'load', 'sync', 'undo') and lease_until > now()) as found`,
  );
  return rows[0]!.found;
}

/** Runs that say they are running while nobody has renewed their lease for so long; the oldest first. */
export async function listAbandonedRuns(
  db: Queryable,
  seconds: number,
): Promise<readonly { readonly id: string; readonly title: string; readonly since: Date }[]> {
  const { rows } = await db.query<{ id: string; title: string; since: Date }>(
    `select id::text, title, lease_until as since from dovetail.runs
     where state = 'running' and lease_until < now() - make_interval(secs => $1) order by lease_until limit 20`,
    [seconds],
  );
  return rows;
}
