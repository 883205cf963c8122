// The contract of a notifier: one way to reach somebody.
import type { NotifyConfig } from '../../foundation/config/project-config.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';

/** What there is to tell. */
export interface Notice {
  /** The same at each attempt: who gets it twice can tell. */
  readonly id: string;
  /** What happened, in two words: `run.ended`, `schedule.failed`. */
  readonly type: string;
  readonly at: Date;
  /** One line for people. */
  readonly title: string;
  /** The rest for people, a paragraph of lines. */
  readonly lines: readonly string[];
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The failed rows, where there are some: a file of this machine. */
  readonly failedRows?: { readonly rows: number; readonly file: string; readonly size: number };
}

export interface Notifier {
  /** Beginnings of the addresses it serves: `mail:`. */
  readonly schemes: readonly string[];
  /** Throws NOTIFY-101 for an address that is none, 102 if this way is not configured. */
  check(to: string): void;
  /** Resolves when the other side has taken it. Throws an error of consequence `retry` where another try may help. */
  tell(to: string, notice: Notice, signal: AbortSignal): Promise<void>;
}

export interface NotifierRooms {
  readonly config: NotifyConfig;
  readonly clock: Clock;
  /** `host:port` of private addresses that may be told. */
  readonly allow: readonly string[];
}
