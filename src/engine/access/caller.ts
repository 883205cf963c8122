// Who is asking: what every door finds out first, and hands on.
import type { Scope } from './tokens/scopes.js';

export interface Caller {
  /** `program`: whoever runs Dovetail itself, on the command line or in a job of their own; may do everything. */
  readonly kind: 'client' | 'user' | 'program';
  /** Unique within its kind. */
  readonly id: string;
  readonly name: string;
  /** Names of roles, sorted. */
  readonly roles: readonly string[];
  /** How the application's own tables name the caller: what owner fields hold. */
  readonly subject?: string;
  /** Id of the unit the caller belongs to. */
  readonly unit?: string;
  /** What the token they came with may be used for; absent: for all that their roles allow. */
  readonly scopes?: readonly Scope[];
}

/** Whoever runs the program: no rule binds them, as none could. */
export const PROGRAM: Caller = Object.freeze({
  kind: 'program',
  id: 'program',
  name: 'program',
  roles: Object.freeze([]),
});
