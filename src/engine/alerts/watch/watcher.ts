// The contract of whatever is looked at every minute: a list of what is wrong with it now.
import type { AlertWish } from '../alert.js';

export interface WatchScope {
  readonly source: string;
  readonly type?: string;
  readonly resource?: string;
}

export interface Watcher {
  /** What it tells of, whole: alerts of it that it does not name any more are settled. */
  readonly scope: WatchScope;
  /** Each wish is of the scope. What it throws changes nothing. */
  look(): Promise<readonly AlertWish[]>;
}
