// Replica identities: made full after consent, and put back as they were, but for those that somebody else has set since.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { MemberState } from './table-state.js';
import type { AlteredIdentity } from './watching-store.js';

const alter = (on: { readonly schema: string; readonly table: string }, to: string): string =>
  `alter table only ${ident(on.schema, on.table)} replica identity ${to}`;

export function toFullStatements(identities: readonly AlteredIdentity[]): string[] {
  return identities.map((one) => alter(one, 'full'));
}

/** `members` as they are now. */
export function toRestoreStatements(
  identities: readonly AlteredIdentity[],
  members: readonly MemberState[],
): string[] {
  return identities.flatMap((one) => {
    const now = members.find(({ schema, table }) => schema === one.schema && table === one.table);
    if (now?.identity !== 'f') return [];
    if (one.before === 'i' && one.index !== null) return [alter(one, `using index ${ident(one.index)}`)];
    return [alter(one, one.before === 'n' ? 'nothing' : 'default')];
  });
}
