// The epochs, as they are written down.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface Epoch {
  readonly epoch: number;
  readonly capture: 'wal' | 'trigger';
  readonly systemId: string;
  readonly timeline: number;
  /** False: it was begun, but its tables have not all been read. */
  readonly isReady: boolean;
}

/** The newest one. */
export async function findEpoch(db: Queryable): Promise<Epoch | undefined> {
  const { rows } = await db.query<{
    epoch: number;
    capture: Epoch['capture'];
    system_id: string;
    timeline: string;
    ready: boolean;
  }>(
    `select epoch, capture, system_id, timeline, ready_at is not null as ready
     from dovetail.change_epochs order by epoch desc limit 1`,
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    epoch: row.epoch,
    capture: row.capture,
    systemId: row.system_id,
    timeline: Number(row.timeline),
    isReady: row.ready,
  };
}

/** Written down before anything of it is done, so that whoever comes after a crash begins another one. */
export async function addEpoch(
  db: Queryable,
  epoch: Omit<Epoch, 'isReady'> & { readonly reason: string },
): Promise<void> {
  await db.query(
    `insert into dovetail.change_epochs (epoch, capture, reason, system_id, timeline) values ($1, $2, $3, $4, $5)`,
    [epoch.epoch, epoch.capture, epoch.reason, epoch.systemId, epoch.timeline],
  );
}

export async function markReady(db: Queryable, epoch: number): Promise<void> {
  await db.query('update dovetail.change_epochs set ready_at = now() where epoch = $1', [epoch]);
}
