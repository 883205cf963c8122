// What an entity's rules and hooks come to for one write request: checked once, before anything is read or written.
import type { Client } from '../../../../foundation/postgres/database.js';
import type { Field } from '../../../catalog/catalog.js';
import type { BatchRule, EntityHooks } from '../../../catalog/overrides/entity-rules.js';

/** What is wrong with a value, to be read after it: `'-1' is less than 0`. */
export interface Complaint {
  readonly words: string;
  readonly hint: string;
}

/** A field rule, ready to be held against values in PostgreSQL's text form. */
export interface CompiledRule {
  readonly name: string;
  readonly field: Field;
  /** What the source says about the field: the field itself, or the paths of the relation that sets it. */
  readonly paths: readonly string[];
  /** Shown instead of the rule's own words. */
  readonly message?: string;
  readonly required: boolean;
  /** In order; the first complaint counts. */
  readonly conditions: readonly ((value: string) => Complaint | undefined)[];
  /** Matched apart, because a pattern may have to be stopped. */
  readonly pattern?: RegExp;
}

export interface Ruling extends EntityHooks {
  readonly fieldRules: readonly CompiledRule[];
  readonly batchRules: readonly BatchRule[];
}

/** How rules and hooks are called. */
export interface HookCircumstances {
  /** Ends a call that is under way; the chunk is then rolled back and its records are neither written nor failed. */
  readonly signal?: AbortSignal;
  /** How long one call may take, in milliseconds. Default 60,000. A loop that never awaits can't be stopped. */
  readonly limitMs?: number;
  /** True if everything will be rolled back: `afterWrite`, which may tell others, is left out. Default false. */
  readonly rehearsal?: boolean;
  /** Called when the rows are staged and judged by the rules, before any is written: whoever needs them later copies them. */
  readonly onStaged?: (client: Client) => Promise<void>;
}
