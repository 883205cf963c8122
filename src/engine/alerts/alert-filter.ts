// Which alerts somebody means: the filters of the list, which every act on many takes too.
import type { AlertState, Severity } from './alert.js';

export interface AlertFilter {
  readonly ids?: readonly string[];
  readonly source?: string;
  readonly resource?: string;
  readonly type?: string;
  /** A name, whatever the case; or the owner as `client 7`. */
  readonly user?: string;
  readonly organization?: string;
  readonly severity?: Severity;
  readonly state?: AlertState;
  /** Raised or changed at or after this moment. */
  readonly since?: Date;
  /** Resolved ones too. Default: only where `state` asks for them. */
  readonly resolved?: boolean;
}

/** Of the rows `a`; its parameters are the first ones of the statement. */
export const FILTER = `
  ($1::bigint[] is null or a.id = any ($1)) and ($2::text is null or a.source = $2) and ($3::text is null or a.resource = $3)
  and ($4::text is null or a.type = $4) and ($5::text is null or lower(a.user_name) = lower($5) or a.owner = $5)
  and ($6::text is null or a.organization = $6) and ($7::text is null or a.severity = $7)
  and ($8::text is null or a.state = $8) and ($9::timestamptz is null or a.updated_at >= $9)
  and ($10 or a.state <> 'resolved')`;

/** How many parameters those are. */
export const FILTER_SIZE = 10;

export const toFilterValues = (filter: AlertFilter): readonly unknown[] => [
  filter.ids?.filter((id) => /^\d{1,18}$/.test(id)) ?? null,
  filter.source ?? null,
  filter.resource ?? null,
  filter.type ?? null,
  filter.user ?? null,
  filter.organization ?? null,
  filter.severity ?? null,
  filter.state ?? null,
  filter.since ?? null,
  filter.resolved === true || filter.state === 'resolved',
];
