// Who delivers which subscription: taken for some seconds, renewed while the process lives, fenced by a number that only rises.
import { formatLsn, type Position } from '../../../engine/changes/position.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import {
  fromRow,
  type StoredSubscription,
  SUBSCRIPTION_COLUMNS,
  type SubscriptionRow,
} from './subscription-store.js';

export interface Claimed extends StoredSubscription {
  readonly fence: string;
}

/** Takes what is active and held by nobody, at most `limit`. */
export async function claimSubscriptions(
  db: Queryable,
  holder: string,
  leaseMs: number,
  limit: number,
): Promise<readonly Claimed[]> {
  const { rows } = await db.query<SubscriptionRow & { fence: string }>(
    `update dovetail.subscriptions s set holder = $1, fence = s.fence + 1, held_until = clock_timestamp() + $2 * interval '1 ms'
     from (select id from dovetail.subscriptions
           where state = 'active' and (holder is null or held_until < clock_timestamp()) order by id limit $3 for update skip locked) free
     where s.id = free.id
     returning ${SUBSCRIPTION_COLUMNS}, s.fence`,
    [holder, leaseMs, limit],
  );
  return rows.map((row) => ({ ...fromRow(row), fence: row.fence }));
}

export interface Renewed {
  readonly fence: string;
  readonly version: string;
  readonly active: boolean;
}

/** By id; what isn't there is held by another one now, or gone. */
export async function renewLeases(
  db: Queryable,
  holder: string,
  leaseMs: number,
): Promise<ReadonlyMap<string, Renewed>> {
  const { rows } = await db.query<{ id: string; fence: string; version: string; active: boolean }>(
    `update dovetail.subscriptions set held_until = clock_timestamp() + $2 * interval '1 ms' where holder = $1
     returning id, fence, version, state = 'active' as active`,
    [holder, leaseMs],
  );
  return new Map(rows.map(({ id, ...renewed }) => [id, renewed]));
}

export async function releaseLease(db: Queryable, id: string, fence: string): Promise<void> {
  await db.query(
    `update dovetail.subscriptions set holder = null, held_until = null where id = $1 and fence = $2`,
    [id, fence],
  );
}

/** What a holder says of a subscription that it delivers. */
export interface Progress {
  readonly id: string;
  readonly fence: string;
  readonly position: Position;
  /** Accepted since it said so last. */
  readonly delivered: number;
  /** Since when no attempt was successful; null: the last one was. */
  readonly failingSince: Date | null;
}

/** One statement for all; what is held by another one by now stays as it is. */
export async function saveProgress(db: Queryable, progress: readonly Progress[], now: Date): Promise<void> {
  if (progress.length === 0) return;
  await db.query(
    `update dovetail.subscriptions s set epoch = p.epoch, lsn = p.lsn, ordinal = p.ordinal, delivered = s.delivered + p.delivered,
       delivered_at = case when p.delivered > 0 then $8 else s.delivered_at end, failing_since = p.failing_since
     from unnest($1::bigint[], $2::bigint[], $3::int[], $4::pg_lsn[], $5::bigint[], $6::bigint[], $7::timestamptz[])
       as p(id, fence, epoch, lsn, ordinal, delivered, failing_since)
     where s.id = p.id and s.fence = p.fence`,
    [
      progress.map(({ id }) => id),
      progress.map(({ fence }) => fence),
      progress.map(({ position }) => position.epoch),
      progress.map(({ position }) => formatLsn(position.lsn)),
      progress.map(({ position }) => position.ordinal),
      progress.map(({ delivered }) => delivered),
      progress.map(({ failingSince }) => failingSince),
      now,
    ],
  );
}

/** By its holder; the fence rises, so that nothing else of it is written. */
export async function disableHeld(
  db: Queryable,
  id: string,
  fence: string,
  reason: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update dovetail.subscriptions set state = 'disabled', reason = $3, holder = null, held_until = null, version = version + 1,
       fence = fence + 1
     where id = $1 and fence = $2`,
    [id, fence, reason],
  );
  return rowCount === 1;
}

/** The snapshot that it began with; null: none any more. */
export async function saveSnapshot(
  db: Queryable,
  id: string,
  fence: string,
  snapshot: string | null,
): Promise<void> {
  await db.query(`update dovetail.subscriptions set snapshot = $3 where id = $1 and fence = $2`, [
    id,
    fence,
    snapshot,
  ]);
}
