// What an alert is: something a person should know, one row from its first time until it is resolved.

export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Of equal parts it is the same problem, which is counted instead of told again; `null` and absent are the same. */
export interface AlertIdentity {
  /** Who says it: a part of the product (`imports`, `jobs`, `disk`), or of the project. */
  readonly source: string;
  /** What kind of thing it is about: an entity, a task, a way of telling. */
  readonly resource?: string | undefined;
  /** What is wrong, in a word or two: `failed`, `expiring`. */
  readonly type: string;
  /** What was being done. */
  readonly operation?: string | undefined;
  /** How far it was. */
  readonly step?: string | undefined;
  /** Which one it is about. */
  readonly itemId?: string | undefined;
  /** The organization that the item belongs to: a unit that is the root of its tree. Default: that of the owner. */
  readonly organization?: string | undefined;
  /** Whose it is, and who may see it as theirs. Default: nobody's. */
  readonly owner?: AlertOwner | undefined;
}

/** A caller, as access knows them. */
export interface AlertOwner {
  readonly kind: 'client' | 'user';
  readonly id: string;
}

export interface AlertWish extends AlertIdentity {
  /** In plain words, for people. Secrets in it are masked; over 2,000 characters it is cut. */
  readonly message: string;
  readonly severity: Severity;
  /** What the other system calls the item. */
  readonly externalId?: string | undefined;
  /** Whose doing raised it, as people call them. Default: the name of the owner. */
  readonly user?: string | undefined;
  /** More for programs; JSON. Texts in it are masked; over 16 kB it is left out. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** How often it happened. Default 1. */
  readonly count?: number | undefined;
}

/** Which alerts a success settles: those of which every part that is named is equal. */
export interface AlertKey {
  readonly source: string;
  readonly resource?: string;
  readonly type?: string;
  readonly operation?: string;
  readonly step?: string;
  readonly itemId?: string;
  /** Null: nobody's. Absent: whoever's. */
  readonly owner?: AlertOwner | null;
}

/** Who acknowledged or resolved it. */
export interface AlertActor {
  readonly kind: string;
  readonly id: string;
  readonly name?: string;
}

export interface Alert {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly user?: string;
  readonly message: string;
  readonly source: string;
  readonly resource?: string;
  readonly type: string;
  readonly operation?: string;
  readonly step?: string;
  readonly itemId?: string;
  readonly externalId?: string;
  readonly organization?: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly severity: Severity;
  readonly count: number;
  readonly state: AlertState;
  readonly acknowledgedAt?: Date;
  readonly acknowledgedBy?: AlertActor;
  readonly resolvedAt?: Date;
  /** Absent of a resolved one: it was resolved by itself. */
  readonly resolvedBy?: AlertActor;
}

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);
