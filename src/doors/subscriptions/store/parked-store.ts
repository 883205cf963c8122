// Messages that wait for another attempt, and those that were given up. Everything here is done under the fence of whoever delivers.

import { formatPosition, type Position } from '../../../engine/changes/position.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { SinkMessage } from '../sink.js';

export interface ParkedRef {
  readonly id: string;
  readonly messageId: string;
  readonly record: string;
  readonly attempts: number;
  readonly parkedAt: Date;
  readonly nextAt: Date | null;
  readonly givenUp: boolean;
}

interface Held {
  readonly subscription: string;
  readonly fence: string;
}

const HELD = `(select from dovetail.subscriptions where id = $1 and fence = $2 for key share)`;

export interface NewParked {
  readonly message: SinkMessage;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly says: string | null;
  readonly state: 'waiting' | 'given_up';
}

/** In order; ids of the rows, or undefined where the fence has risen. One that is parked already stays as it is. */
export async function insertParked(
  db: Queryable,
  { subscription, fence }: Held,
  parked: readonly NewParked[],
  now: Date,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { rows } = await db.query<{ held: boolean; message_id: string | null; id: string | null }>(
    `with held as ${HELD},
     made as (
       insert into dovetail.parked_messages
         (subscription_id, message_id, type, record, time, position, media_type, body, attempts, next_at, says, state, parked_at)
       select $1, message_id, type, record, time, position, media_type, body, attempts, next_at, says, state, $14
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[], $11::timestamptz[],
         $12::text[], $13::text[]) with ordinality
         as m(message_id, type, record, time, position, media_type, body, attempts, next_at, says, state, n)
       where exists (select from held) order by n
       on conflict (subscription_id, message_id) do update set attempts = excluded.attempts, next_at = excluded.next_at,
         says = excluded.says, state = excluded.state
       returning message_id, id)
     select exists (select from held) as held, made.message_id, made.id from (select) one left join made on true`,
    [
      subscription,
      fence,
      parked.map(({ message }) => message.id),
      parked.map(({ message }) => message.type),
      parked.map(({ message }) => message.record),
      parked.map(({ message }) => message.time),
      parked.map(({ message }) => message.position),
      parked.map(({ message }) => message.mediaType),
      parked.map(({ message }) => message.body),
      parked.map(({ attempts }) => attempts),
      parked.map(({ nextAt }) => nextAt),
      parked.map(({ says }) => says),
      parked.map(({ state }) => state),
      now,
    ],
  );
  if (!rows[0]!.held) return undefined;
  return new Map(rows.flatMap(({ message_id, id }) => (id === null ? [] : [[message_id!, id]])));
}

/** All of a subscription, in order; without their bodies. */
export async function listParked(db: Queryable, subscription: string): Promise<readonly ParkedRef[]> {
  const { rows } = await db.query<ParkedRow>(
    `select id, message_id, record, attempts, parked_at, next_at, state from dovetail.parked_messages where subscription_id = $1 order by id`,
    [subscription],
  );
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id,
    record: row.record,
    attempts: row.attempts,
    parkedAt: row.parked_at,
    nextAt: row.next_at,
    givenUp: row.state === 'given_up',
  }));
}

interface ParkedRow extends Record<string, unknown> {
  readonly id: string;
  readonly message_id: string;
  readonly record: string;
  readonly attempts: number;
  readonly parked_at: Date;
  readonly next_at: Date | null;
  readonly state: string;
}

/** By id of the row. */
export async function readParked(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SinkMessage>> {
  const { rows } = await db.query<SinkMessage & { row: string }>(
    `select id as row, message_id as id, type, record, time, position, media_type as "mediaType", body
     from dovetail.parked_messages where id = any($1::bigint[])`,
    [ids],
  );
  return new Map(rows.map(({ row, ...message }) => [row, message]));
}

/** False where the fence has risen. */
export async function removeParked(
  db: Queryable,
  { subscription, fence }: Held,
  ids: readonly string[],
): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>(
    `with held as ${HELD},
     gone as (delete from dovetail.parked_messages where id = any($3::bigint[]) and exists (select from held))
     select exists (select from held) as held`,
    [subscription, fence, ids],
  );
  return rows[0]!.held;
}

export interface ParkedAttempt {
  readonly id: string;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly says: string | null;
  readonly state: 'waiting' | 'given_up';
}

/** False where the fence has risen. */
export async function updateParked(
  db: Queryable,
  { subscription, fence }: Held,
  attempts: readonly ParkedAttempt[],
): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>(
    `with held as ${HELD},
     told as (update dovetail.parked_messages p set attempts = a.attempts, next_at = a.next_at, says = a.says, state = a.state
       from unnest($3::bigint[], $4::int[], $5::timestamptz[], $6::text[], $7::text[]) as a(id, attempts, next_at, says, state)
       where p.id = a.id and exists (select from held))
     select exists (select from held) as held`,
    [
      subscription,
      fence,
      attempts.map(({ id }) => id),
      attempts.map(({ attempts: count }) => count),
      attempts.map(({ nextAt }) => nextAt),
      attempts.map(({ says }) => says),
      attempts.map(({ state }) => state),
    ],
  );
  return rows[0]!.held;
}

/** By hand, from outside of whoever delivers: tried again at once. Which ones there were; `messageIds` absent: all that were given up. */
export async function resendParked(
  db: Queryable,
  subscription: string,
  messageIds?: readonly string[],
): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    `with again as (
       update dovetail.parked_messages set state = 'waiting', attempts = 0, next_at = null, parked_at = clock_timestamp()
       where subscription_id = $1 and ($2::text[] is null and state = 'given_up' or message_id = any($2)) returning 1),
     told as (update dovetail.subscriptions set version = version + 1 where id = $1 and exists (select from again))
     select count(*) from again`,
    [subscription, messageIds ?? null],
  );
  return Number(rows[0]!.count);
}

/** What came after a position that is told again from there. */
export async function forgetParkedAfter(
  db: Queryable,
  subscription: string,
  position: Position,
): Promise<void> {
  // Texts of positions sort as they do within an epoch's digits.
  await db.query(
    `delete from dovetail.parked_messages where subscription_id = $1
       and (split_part(position, '-', 1)::int, substr(position, strpos(position, '-') + 1) collate "C")
         > ($2::int, substr($3, strpos($3, '-') + 1) collate "C")`,
    [subscription, position.epoch, formatPosition(position)],
  );
}
