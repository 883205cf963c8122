// An alert on its way into its row, and back: cut, masked and given its fingerprint.
import { createHash } from 'node:crypto';
import { maskSecrets, maskValuesOf, SECRET_NAME } from '../../foundation/secrets/secret-mask.js';
import type { Alert, AlertActor, AlertOwner, AlertState, AlertWish, Severity } from './alert.js';

const LONGEST_MESSAGE = 2_000;
const LONGEST_WORD = 500;
const LARGEST_DETAILS = 16_000;

/** As the inserting statement reads it. */
export interface NewRow {
  readonly source: string;
  readonly resource: string | null;
  readonly type: string;
  readonly operation: string | null;
  readonly step: string | null;
  readonly item_id: string | null;
  readonly external_id: string | null;
  readonly organization: string | null;
  readonly owner: string | null;
  readonly user_name: string | null;
  readonly message: string;
  readonly details: unknown;
  readonly severity: Severity;
  readonly count: number;
  /** Of 32 bytes, in hex. */
  readonly fingerprint: string;
}

/** `about`: what is known of the owner. */
export function toNewRow(
  wish: AlertWish,
  about: { readonly organization?: string | undefined; readonly name?: string | undefined } = {},
): NewRow {
  const row = {
    source: word(wish.source)!,
    resource: word(wish.resource),
    type: word(wish.type)!,
    operation: word(wish.operation),
    step: word(wish.step),
    item_id: word(wish.itemId),
    organization: word(wish.organization),
    owner: wish.owner === undefined ? null : toOwnerText(wish.owner),
  };
  return {
    ...row,
    organization: row.organization ?? word(about.organization),
    external_id: word(wish.externalId),
    user_name: word(wish.user ?? about.name),
    message: clip(maskMessage(wish), LONGEST_MESSAGE),
    details: toDetails(wish.details),
    severity: wish.severity,
    count: wish.count ?? 1,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(Object.values(row)))
      .digest('hex'),
  };
}

/** One row for each problem: a statement may not touch a row twice. The last message stands. */
export function mergeRows(rows: readonly NewRow[]): readonly NewRow[] {
  const merged = new Map<string, NewRow>();
  for (const row of rows) {
    const before = merged.get(row.fingerprint);
    merged.set(row.fingerprint, before === undefined ? row : { ...row, count: before.count + row.count });
  }
  // In one order, so that two that raise the same ones wait for each other instead of standing in each other's way.
  return [...merged.values()].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** As rights name whom something belongs to. */
export const toOwnerText = ({ kind, id }: AlertOwner): string => `${kind} ${id}`;

function word(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  return clip(maskSecrets(sound(text)), LONGEST_WORD);
}

const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** What PostgreSQL can't keep in a text is replaced. */
const sound = (text: unknown): string => String(text).replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');

/** What the details call a secret is none to be told in the message either. */
function maskMessage({ message, details }: AlertWish): string {
  try {
    return maskValuesOf(details, sound(message));
  } catch {
    // They go in a circle, and will be left out.
    return maskSecrets(sound(message));
  }
}

function toDetails(details: Readonly<Record<string, unknown>> | undefined): unknown {
  if (details === undefined) return {};
  try {
    const json = JSON.stringify(details, (name, value) => {
      if (name !== '' && SECRET_NAME.test(name) && value != null) return '****';
      if (typeof value === 'bigint') return String(value);
      return typeof value === 'string' ? maskSecrets(sound(value)) : value;
    });
    return json.length > LARGEST_DETAILS ? { leftOut: `${json.length} characters` } : JSON.parse(json);
  } catch (error) {
    // It goes in a circle, or its own way to become JSON fails.
    return { leftOut: (error as Error).message };
  }
}

export interface AlertRow {
  id: string;
  created_at: Date;
  updated_at: Date;
  user_name: string | null;
  message: string;
  source: string;
  resource: string | null;
  type: string;
  operation: string | null;
  step: string | null;
  item_id: string | null;
  external_id: string | null;
  organization: string | null;
  details: Readonly<Record<string, unknown>>;
  severity: Severity;
  count: string;
  state: AlertState;
  acknowledged_at: Date | null;
  acknowledged_by: AlertActor | null;
  resolved_at: Date | null;
  resolved_by: AlertActor | null;
  [column: string]: unknown;
}

export const ALERT_COLUMNS = `a.id::text, a.created_at, a.updated_at, a.user_name, a.message, a.source, a.resource, a.type, a.operation, a.step,
  a.item_id, a.external_id, a.organization, a.details, a.severity, a.count, a.state, a.acknowledged_at, a.acknowledged_by,
  a.resolved_at, a.resolved_by`;

export function fromAlertRow(row: AlertRow): Alert {
  const some = {
    user: row.user_name,
    resource: row.resource,
    operation: row.operation,
    step: row.step,
    itemId: row.item_id,
    externalId: row.external_id,
    organization: row.organization,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
  };
  const known = Object.entries(some).filter(([, value]) => value !== null);
  return {
    id: row.id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    message: row.message,
    source: row.source,
    type: row.type,
    details: row.details,
    severity: row.severity,
    count: Number(row.count),
    state: row.state,
    ...(Object.fromEntries(known) as Partial<Alert>),
  };
}
