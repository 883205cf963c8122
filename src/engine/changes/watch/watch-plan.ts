// What `dovetail watch` and `unwatch` would do, as plain data: shown before it is done, and done as it was shown.

import type { Finding } from '../../../foundation/postgres/finding.js';
import type { TableName } from '../change.js';
import type { Capture, WatchedTableRow } from './watching-store.js';

export interface WatchStep {
  /** In plain words: what this step brings, and why. */
  readonly says: string;
  /** The SQL, as it will be run. */
  readonly statements: readonly string[];
}

export interface PlannedTable extends TableName {
  readonly entity: string;
  readonly how: 'publication' | 'trigger';
  /** Why so; empty where there is nothing to say. */
  readonly says: string;
}

export interface WatchPlan {
  readonly capture: Capture;
  /** Why this way. */
  readonly captureSays: string;
  readonly publication?: string;
  /** Everything that will be watched then. */
  readonly tables: readonly PlannedTable[];
  /** Asked for, or among `all`, but not to be watched, with the reason. */
  readonly leftOut: readonly { readonly entity: string; readonly says: string }[];
  /** In order; empty if nothing is left to do. */
  readonly steps: readonly WatchStep[];
  /** What is missing for it, as statements for whoever may run them; with `missing` among them nothing is done. */
  readonly findings: readonly Finding[];
  /** What is to be remembered. */
  readonly rows: readonly WatchedTableRow[];
  /** The slot to be dropped once the rest is done, because the log is not read any more. */
  readonly slot?: string;
}

export interface UnwatchPlan {
  readonly tables: readonly TableName[];
  readonly steps: readonly WatchStep[];
  readonly findings: readonly Finding[];
  /** What is to be forgotten; the rest stays watched. */
  readonly forgotten: readonly TableName[];
  /** Nothing is watched then. */
  readonly isAll: boolean;
  /** The slot to be dropped once the rest is done: that can't be taken back, so it comes last. */
  readonly slot?: string;
}
