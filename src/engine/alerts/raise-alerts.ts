// The statements that raise alerts and settle them. Each is one statement for any number, and the same problem again touches its one row.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { AlertKey } from './alert.js';
import { type NewRow, toOwnerText } from './alert-row.js';
import type { WatchScope } from './watch/watcher.js';

export interface RaiseWish {
  readonly now: Date;
  /** False: what goes on is no new time, so the count is the most there were, and nothing is written while it says the same. */
  readonly counts: boolean;
}

/** Returns those that were written. `unrouted`: routes have to be looked through for it, as it is new, or more severe than it was. */
export async function insertAlerts(
  db: Queryable,
  rows: readonly NewRow[],
  { now, counts }: RaiseWish,
): Promise<readonly { readonly id: string; readonly unrouted: boolean }[]> {
  const values = [now, counts, JSON.stringify(rows)];
  return (await db.query<{ id: string; unrouted: boolean }>(INSERT, values)).rows;
}

const RANK = `array_position(array['info', 'warning', 'error', 'critical'],`;

const INSERT = `
  insert into dovetail.alerts as a (created_at, updated_at, source, resource, type, operation, step, item_id, external_id,
    organization, owner, user_name, message, details, severity, count, fingerprint)
  select $1, $1, r.source, r.resource, r.type, r.operation, r.step, r.item_id, r.external_id, r.organization, r.owner,
    r.user_name, r.message, r.details, r.severity, r.count, decode(r.fingerprint, 'hex')
  from jsonb_to_recordset($3::jsonb) as r (source text, resource text, type text, operation text, step text, item_id text,
    external_id text, organization text, owner text, user_name text, message text, details jsonb, severity text, count bigint,
    fingerprint text)
  on conflict (fingerprint) where state <> 'resolved' do update set
    updated_at = greatest(a.updated_at, excluded.updated_at), count = case when $2 then a.count + excluded.count else greatest(a.count, excluded.count) end,
    message = excluded.message, details = excluded.details, external_id = coalesce(excluded.external_id, a.external_id),
    user_name = coalesce(excluded.user_name, a.user_name), severity = excluded.severity,
    routed_at = case when ${RANK} excluded.severity) > ${RANK} a.severity) then null else a.routed_at end
  where $2 or a.message <> excluded.message or a.severity <> excluded.severity
  returning id::text, routed_at is null as unrouted`;

/** What is not resolved of these becomes so, by itself. Returns how many. */
export async function resolveByKey(db: Queryable, key: AlertKey, now: Date): Promise<number> {
  const { owner } = key;
  const { rowCount } = await db.query(
    `update dovetail.alerts set state = 'resolved', resolved_at = $1, updated_at = $1
     where state <> 'resolved' and source = $2 and ($3::text is null or resource = $3) and ($4::text is null or type = $4)
       and ($5::text is null or operation = $5) and ($6::text is null or step = $6) and ($7::text is null or item_id = $7)
       and ($8 or owner is not distinct from $9)`,
    [
      now,
      key.source,
      key.resource ?? null,
      key.type ?? null,
      key.operation ?? null,
      key.step ?? null,
      key.itemId ?? null,
      owner === undefined,
      owner == null ? null : toOwnerText(owner),
    ],
  );
  return rowCount ?? 0;
}

/** Of the scope all but these are over. */
export async function resolveOthers(
  db: Queryable,
  { source, type, resource }: WatchScope,
  fingerprints: readonly string[],
  now: Date,
): Promise<void> {
  await db.query(
    `update dovetail.alerts set state = 'resolved', resolved_at = $1, updated_at = $1
     where state <> 'resolved' and source = $2 and ($3::text is null or type = $3)
       and ($4::text is null or resource = $4) and encode(fingerprint, 'hex') <> all ($5::text[])`,
    [now, source, type ?? null, resource ?? null, fingerprints],
  );
}
