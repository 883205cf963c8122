// The delivery log: what was sent, what came back, how long it took. Written in batches, and bounded.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { SinkMessage, SinkOutcome } from '../sink.js';

export interface Attempt {
  readonly subscription: string;
  readonly message: SinkMessage;
  /** From 1. */
  readonly attempt: number;
  readonly outcome: SinkOutcome['kind'] | 'given_up';
  readonly status?: string;
  readonly says?: string;
  readonly tookMs: number;
  readonly at: Date;
}

export interface Delivery {
  readonly id: string;
  readonly subscription: string;
  readonly messageId: string;
  readonly type: string;
  readonly record: string;
  readonly position: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly status?: string;
  readonly says?: string;
  readonly request: string;
  readonly tookMs: number;
  readonly at: Date;
}

/** Characters of a request that are kept. */
const MOST_REQUEST = 2_000;
const MOST_SAYS = 1_000;

export async function insertAttempts(db: Queryable, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await db.query(
    `insert into dovetail.deliveries
       (subscription_id, message_id, type, record, position, attempt, outcome, status, says, request, took_ms, at)
     select a.* from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::int[], $12::timestamptz[]) as a(subscription, message, type, record, position, attempt, outcome, status, says,
       request, took, at)
     where exists (select from dovetail.subscriptions s where s.id = a.subscription)`,
    [
      attempts.map(({ subscription }) => subscription),
      attempts.map(({ message }) => message.id),
      attempts.map(({ message }) => message.type),
      attempts.map(({ message }) => message.record),
      attempts.map(({ message }) => message.position),
      attempts.map(({ attempt }) => attempt),
      attempts.map(({ outcome }) => outcome),
      attempts.map(({ status }) => status ?? null),
      attempts.map(({ says }) => toStorable(says?.slice(0, MOST_SAYS))),
      attempts.map(({ message }) => toStorable(message.body.slice(0, MOST_REQUEST))),
      attempts.map(({ tookMs }) => Math.round(tookMs)),
      attempts.map(({ at }) => at),
    ],
  );
}

/** An answer may be anything; PostgreSQL takes no NUL in a text. */
const toStorable = (text: string | undefined): string | null =>
  text === undefined ? null : text.replaceAll('\0', '\ufffd');

export interface ListDeliveries {
  readonly subscription?: string;
  readonly outcome?: string;
  readonly record?: string;
  readonly messageId?: string;
  readonly limit: number;
  /** Ids before this one. */
  readonly before?: string;
}

/** The newest first. */
export async function readDeliveries(
  db: Queryable,
  { subscription, outcome, record, messageId, limit, before }: ListDeliveries,
): Promise<readonly Delivery[]> {
  const { rows } = await db.query<DeliveryRow>(
    `${SELECT} where ($1::text is null or s.name = $1) and ($2::text is null or d.outcome = $2) and ($3::text is null or d.record = $3)
       and ($4::text is null or d.message_id = $4) and ($5::bigint is null or d.id < $5)
     order by d.id desc limit $6`,
    [subscription ?? null, outcome ?? null, record ?? null, messageId ?? null, before ?? null, limit],
  );
  return rows.map(fromRow);
}

export async function findDelivery(db: Queryable, id: string): Promise<Delivery | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const { rows } = await db.query<DeliveryRow>(`${SELECT} where d.id = $1`, [id]);
  return rows.map(fromRow)[0];
}

/** Old ones, and of each subscription those beyond the newest `most`. */
export async function cutDeliveries(db: Queryable, before: Date, most: number): Promise<void> {
  await db.query(`delete from dovetail.deliveries where at < $1`, [before]);
  await db.query(
    `delete from dovetail.deliveries d using dovetail.subscriptions s
     where d.subscription_id = s.id and d.id < (select min(id) from
       (select id from dovetail.deliveries n where n.subscription_id = s.id order by id desc limit $1) newest)`,
    [most],
  );
}

const SELECT = `select d.id, s.name as subscription, d.message_id, d.type, d.record, d.position, d.attempt, d.outcome, d.status, d.says,
  d.request, d.took_ms, d.at from dovetail.deliveries d join dovetail.subscriptions s on s.id = d.subscription_id`;

interface DeliveryRow extends Record<string, unknown> {
  readonly id: string;
  readonly subscription: string;
  readonly message_id: string;
  readonly type: string;
  readonly record: string;
  readonly position: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly status: string | null;
  readonly says: string | null;
  readonly request: string;
  readonly took_ms: number;
  readonly at: Date;
}

const fromRow = (row: DeliveryRow): Delivery => ({
  id: row.id,
  subscription: row.subscription,
  messageId: row.message_id,
  type: row.type,
  record: row.record,
  position: row.position,
  attempt: row.attempt,
  outcome: row.outcome,
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.says === null ? {} : { says: row.says }),
  request: row.request,
  tookMs: row.took_ms,
  at: row.at,
});
