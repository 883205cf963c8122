// What somebody wants of a new subscription.
import type { Position } from '../../../engine/changes/position.js';
import type { EntityWish, Mode, Owner, PayloadForm } from '../subscription.js';

export interface SubscriptionWish {
  readonly name: string;
  readonly owner: Owner;
  readonly wants: readonly EntityWish[];
  /** Default: document. */
  readonly form?: PayloadForm;
  /** Default: every. */
  readonly mode?: Mode;
  readonly sink: string;
  /** As written by hand: each checked against the sink's manifest. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where it begins: with changes from now on, with a snapshot of all records, after a position, or at a moment. Default: now. */
  readonly from?: 'now' | 'snapshot' | Position | Date;
  readonly createdBy: object;
}
