// Subscriptions in their table.
import { formatLsn, type Position, parseLsn } from '../../../engine/changes/position.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { SinkSettings } from '../sink.js';
import type {
  EntityWish,
  Mode,
  Owner,
  PayloadForm,
  Subscription,
  SubscriptionState,
} from '../subscription.js';

/** A subscription with what is sealed of it, and the version that was read. */
export interface StoredSubscription {
  readonly subscription: Subscription;
  readonly secrets: Buffer;
  readonly version: string;
}

export interface NewSubscription
  extends Pick<
    Subscription,
    | 'name'
    | 'owner'
    | 'wants'
    | 'form'
    | 'mode'
    | 'sink'
    | 'settings'
    | 'endpoint'
    | 'createdAt'
    | 'position'
    | 'snapshot'
  > {
  readonly id: string;
  readonly secrets: Buffer;
  readonly createdBy: object;
}

/** What secrets are sealed for must be known before the row is there. */
export async function drawSubscriptionId(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `select nextval(pg_get_serial_sequence('dovetail.subscriptions', 'id')) as id`,
  );
  return rows[0]!.id;
}

/** False where there is one of the name already. */
export async function insertSubscription(db: Queryable, one: NewSubscription): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into dovetail.subscriptions (id, name, owner_kind, owner_id, wants, form, mode, sink, settings, secrets, endpoint,
       state, created_by, created_at, epoch, lsn, ordinal, snapshot)
     overriding system value
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', $12, $13, $14, $15, $16, $17)
     on conflict (name) do nothing`,
    [
      one.id,
      one.name,
      one.owner.kind,
      one.owner.id,
      JSON.stringify(one.wants),
      one.form,
      one.mode,
      one.sink,
      JSON.stringify(one.settings),
      one.secrets,
      one.endpoint,
      JSON.stringify(one.createdBy),
      one.createdAt,
      one.position.epoch,
      formatLsn(one.position.lsn),
      one.position.ordinal,
      one.snapshot ?? null,
    ],
  );
  return rowCount === 1;
}

export interface ListSubscriptions {
  readonly state?: SubscriptionState;
  readonly sink?: string;
  /** A part of the name. */
  readonly text?: string;
  readonly limit: number;
  /** Names after this one. */
  readonly after?: string;
}

/** By name. */
export async function readSubscriptions(
  db: Queryable,
  { state, sink, text, limit, after }: ListSubscriptions,
): Promise<readonly StoredSubscription[]> {
  const { rows } = await db.query<SubscriptionRow>(
    `${SELECT} where ($1::text is null or s.state = $1) and ($2::text is null or s.sink = $2)
       and ($3::text is null or position(lower($3) in lower(s.name)) > 0) and ($4::text is null or s.name > $4)
     order by s.name limit $5`,
    [state ?? null, sink ?? null, text ?? null, after ?? null, limit],
  );
  return rows.map(fromRow);
}

export async function findSubscription(db: Queryable, name: string): Promise<StoredSubscription | undefined> {
  const { rows } = await db.query<SubscriptionRow>(`${SELECT} where s.name = $1`, [name]);
  return rows.map(fromRow)[0];
}

export async function findSubscriptionById(
  db: Queryable,
  id: string,
): Promise<StoredSubscription | undefined> {
  const { rows } = await db.query<SubscriptionRow>(`${SELECT} where s.id = $1`, [id]);
  return rows.map(fromRow)[0];
}

/** From outside of whoever delivers it; false if there is none. Paused or disabled by a holder: see `disableHeld`. */
export async function changeState(
  db: Queryable,
  id: string,
  state: SubscriptionState,
  reason?: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update dovetail.subscriptions set state = $2, reason = $3, version = version + 1,
       failing_since = case when $2 = 'active' then null else failing_since end
     where id = $1`,
    [id, state, reason ?? null],
  );
  return rowCount === 1;
}

/** Its holder lets go of it, so that what comes after the position is told again. */
export async function movePosition(
  db: Queryable,
  id: string,
  { epoch, lsn, ordinal }: Position,
): Promise<void> {
  await db.query(
    `update dovetail.subscriptions set epoch = $2, lsn = $3, ordinal = $4, version = version + 1, fence = fence + 1, holder = null,
       held_until = null, snapshot = null
     where id = $1`,
    [id, epoch, formatLsn(lsn), ordinal],
  );
}

export async function changeSettings(
  db: Queryable,
  id: string,
  settings: SinkSettings,
  secrets: Buffer,
): Promise<void> {
  await db.query(
    `update dovetail.subscriptions set settings = $2, secrets = $3, version = version + 1 where id = $1`,
    [id, JSON.stringify(settings), secrets],
  );
}

export async function deleteSubscription(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(`delete from dovetail.subscriptions where id = $1`, [id])).rowCount === 1;
}

export const SUBSCRIPTION_COLUMNS = `s.id, s.name, s.owner_kind, s.owner_id, s.wants, s.form, s.mode, s.sink, s.settings, s.secrets, s.endpoint, s.state,
  s.reason, s.created_at, s.epoch, s.lsn::text as lsn, s.ordinal, s.snapshot, s.delivered, s.delivered_at, s.failing_since, s.version,
  (select count(*) from dovetail.parked_messages p where p.subscription_id = s.id and p.state = 'waiting') as waiting,
  (select count(*) from dovetail.parked_messages p where p.subscription_id = s.id and p.state = 'given_up') as given_up`;

const SELECT = `select ${SUBSCRIPTION_COLUMNS} from dovetail.subscriptions s`;

export interface SubscriptionRow extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly owner_kind: Owner['kind'];
  readonly owner_id: string;
  readonly wants: readonly EntityWish[];
  readonly form: PayloadForm;
  readonly mode: Mode;
  readonly sink: string;
  readonly settings: SinkSettings;
  readonly secrets: Buffer;
  readonly endpoint: string;
  readonly state: SubscriptionState;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly epoch: number;
  readonly lsn: string;
  readonly ordinal: string;
  readonly snapshot: string | null;
  readonly delivered: string;
  readonly delivered_at: Date | null;
  readonly failing_since: Date | null;
  readonly version: string;
  readonly waiting: string;
  readonly given_up: string;
}

export function fromRow(row: SubscriptionRow): StoredSubscription {
  return {
    secrets: row.secrets,
    version: row.version,
    subscription: {
      id: row.id,
      name: row.name,
      owner: { kind: row.owner_kind, id: row.owner_id } as Owner,
      wants: row.wants,
      form: row.form,
      mode: row.mode,
      sink: row.sink,
      settings: row.settings,
      endpoint: row.endpoint,
      state: row.state,
      ...(row.reason === null ? {} : { reason: row.reason }),
      createdAt: row.created_at,
      position: { epoch: row.epoch, lsn: parseLsn(row.lsn), ordinal: Number(row.ordinal) },
      ...(row.snapshot === null ? {} : { snapshot: row.snapshot }),
      delivered: Number(row.delivered),
      ...(row.delivered_at === null ? {} : { deliveredAt: row.delivered_at }),
      ...(row.failing_since === null ? {} : { failingSince: row.failing_since }),
      waiting: Number(row.waiting),
      givenUp: Number(row.given_up),
    },
  };
}
