// A route: which alerts are told to whom, and when.
import type { Severity } from '../alert.js';

export interface AlertRoute {
  readonly name: string;
  /** Only alerts of these. Default: of all. */
  readonly sources?: readonly string[];
  readonly types?: readonly string[];
  readonly organizations?: readonly string[];
  /** At least so severe. Default: all. */
  readonly severity?: Severity;
  /** `user:ada@example.org`, `role:administrator`, `mail:ops@example.org`, `https://…` for a signed webhook, `chat:https://…`. */
  readonly to: readonly string[];
  /** Alerts are collected for so long, and told in one message. Default: each is told at once. */
  readonly digestMinutes?: number;
  /** While it is open it is told again after so long. Default: once. */
  readonly repeatMinutes?: number;
  readonly quiet?: QuietHours;
  /** Others who are told if nobody acknowledges it in time. */
  readonly escalate?: readonly Escalation[];
  /** Whoever was told is told that it is over, too. Default false. */
  readonly tellsResolved?: boolean;
  /** True: nothing new is told by it. */
  readonly paused?: boolean;
}

/** What is to be told in these hours is told at their end. */
export interface QuietHours {
  /** `22:00-06:00`, `sat,sun 00:00-24:00`. */
  readonly between: readonly string[];
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** From this severity on they don't hold. Default: they hold for all. */
  readonly unless?: Severity;
}

export interface Escalation {
  /** From when it was raised. */
  readonly afterMinutes: number;
  readonly to: readonly string[];
}

/** What a route says of an alert, with the number of the repeat or the escalation. */
export type StepName = 'raised' | 'repeated' | 'escalated' | 'resolved';

/** Everybody a route may tell. */
export const listTargets = ({ to, escalate = [] }: AlertRoute): readonly string[] => [
  ...to,
  ...escalate.flatMap((one) => one.to),
];
