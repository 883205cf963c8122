// The rows of dovetail.idempotency_keys.
import type { Client, Queryable } from '../../../foundation/postgres/database.js';
import type { Answer } from '../response/answer.js';

export interface KeyClaim {
  readonly caller: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

/**
 * Takes the key for the caller's transaction; true if nobody had it. Waits for another transaction that has it and is not at its end.
 */
export async function claimKey(client: Client, { caller, key, fingerprint }: KeyClaim): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into dovetail.idempotency_keys (caller, key, fingerprint) values ($1, $2, $3) on conflict do nothing`,
    [caller, key, fingerprint],
  );
  return rowCount === 1;
}

export async function saveAnswer(client: Client, { caller, key }: KeyClaim, answer: Answer): Promise<void> {
  await client.query(
    `update dovetail.idempotency_keys set status = $3, headers = $4, body = $5 where caller = $1 and key = $2`,
    [caller, key, answer.status, JSON.stringify(answer.headers), answer.body ?? null],
  );
}

export interface StoredAnswer {
  readonly fingerprint: Buffer;
  readonly answer: Answer;
}

export async function findAnswer(
  db: Queryable,
  { caller, key }: KeyClaim,
): Promise<StoredAnswer | undefined> {
  const { rows } = await db.query<{
    fingerprint: Buffer;
    status: number;
    headers: Record<string, string>;
    body: string | null;
  }>(
    `select fingerprint, status, headers, body from dovetail.idempotency_keys where caller = $1 and key = $2 and status is not null`,
    [caller, key],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { fingerprint, status, headers, body } = row;
  return { fingerprint, answer: { status, headers, ...(body === null ? {} : { body }) } };
}

/** Removes what is older; returns how many. */
export async function forgetAnswers(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(`delete from dovetail.idempotency_keys where created_at < $1`, [
    before,
  ]);
  return rowCount ?? 0;
}
