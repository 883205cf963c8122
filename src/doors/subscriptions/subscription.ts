// A subscription as plain data: who wants which changes, and where they go.
import type { CallerName } from '../../engine/access/index.js';
import type { Position } from '../../engine/changes/position.js';
import type { SinkSettings } from './sink.js';

/** What may be asked for: what happens to a record, as the subscriber sees it. */
export const OPERATIONS = ['created', 'updated', 'deleted'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** `document`: the record as the API shows it. `thin`: its key and its address only. */
export const FORMS = ['document', 'thin'] as const;
export type PayloadForm = (typeof FORMS)[number];

/** `every`: each change. `last`: of changes of a record that wait, the last one only. */
export const MODES = ['every', 'last'] as const;
export type Mode = (typeof MODES)[number];

export type SubscriptionState = 'active' | 'paused' | 'disabled';

/** Whose rights decide; `program`: whoever runs Dovetail itself. */
export type Owner = CallerName | { readonly kind: 'program'; readonly id: string };

export interface EntityWish {
  readonly entity: string;
  /** Default: all. What comes into sight counts as created, what goes out of it as deleted. */
  readonly operations?: readonly Operation[];
  /** Only these are shown, and an update of other ones is none. Default: all that the owner sees. */
  readonly fields?: readonly string[];
  /** CEL over the record, as in mappings: `row["status"] == "paid"`; values are texts, NULL is the empty one. */
  readonly where?: string;
}

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly owner: Owner;
  readonly wants: readonly EntityWish[];
  readonly form: PayloadForm;
  readonly mode: Mode;
  readonly sink: string;
  /** Without what is secret. */
  readonly settings: SinkSettings;
  readonly endpoint: string;
  readonly state: SubscriptionState;
  readonly reason?: string;
  readonly createdAt: Date;
  readonly position: Position;
  /** `wanted`, or the snapshot it began with. */
  readonly snapshot?: string;
  readonly delivered: number;
  readonly deliveredAt?: Date;
  readonly failingSince?: Date;
  readonly waiting: number;
  readonly givenUp: number;
}
