// What a check of a database says, as data: the CLI and the UI render it.

export interface Finding {
  /** Fixed: `version`, `encoding`, `read-only`, `pooler`, `wal-level`, `create-schema`, `schema-taken`, `schema-usage`, `table-rights`, `sequence-rights`, `replication-right`, `slot-limit`; of watching also `table-owner`, `create-publication`, `slots`. */
  readonly code: string;
  /** `missing`: it can't work. `warning`: parts won't. `note`: good to know. `ok`: as it should be. */
  readonly level: 'ok' | 'note' | 'warning' | 'missing';
  readonly says: string;
  /** SQL that mends it, for someone with the right to run it. */
  readonly statement?: string;
}
