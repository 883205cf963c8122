// The triggers of one table, and the statements that make what is there what should be there.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { MemberState, TableState } from './table-state.js';

/** Where triggers put what they see: the outbox, or, where the WAL is read anyway, a logical message. */
export type TriggerTarget = 'outbox' | 'message';

interface WantedTrigger {
  readonly name: string;
  /** From the event to the function's name. */
  readonly text: (on: string) => string;
}

const statement = (event: 'insert' | 'update' | 'delete', tables: string): WantedTrigger => ({
  name: `00_dovetail_${event}`,
  text: (on) =>
    `after ${event} on ${on} referencing ${tables} for each statement execute function dovetail.capture_statement`,
});

// Triggers of one kind fire in the order of their names: ours come first.
const BY_STATEMENT: readonly WantedTrigger[] = [
  {
    name: '00_dovetail_begin',
    text: (on) =>
      `before insert or update or delete on ${on} for each statement execute function dovetail.begin_statement`,
  },
  statement('insert', 'new table as new_rows'),
  statement('update', 'old table as old_rows new table as new_rows'),
  statement('delete', 'old table as old_rows'),
];
const BY_ROW: readonly WantedTrigger[] = [
  {
    name: '00_dovetail_row',
    text: (on) =>
      `after insert or update or delete on ${on} for each row execute function dovetail.capture_row`,
  },
];
const EMPTYING: readonly WantedTrigger[] = [
  {
    name: '00_dovetail_truncate',
    text: (on) => `before truncate on ${on} for each statement execute function dovetail.capture_truncate`,
  },
];
const EMPTIED: readonly WantedTrigger[] = [
  {
    name: '00_dovetail_truncated',
    text: (on) => `after truncate on ${on} for each statement execute function dovetail.capture_truncate`,
  },
];

/**
 * What is to be run so that a table has the triggers of `target`, or none (undefined). A statement fires the triggers of the table it names
 * only: so each partition has them, for statements that name it.
 */
export function toTriggerStatements(table: TableState, target: TriggerTarget | undefined): string[] {
  return table.members.flatMap((member, place) => {
    const wanted = target === undefined ? [] : listWanted(table, member, place === 0);
    const on = ident(member.schema, member.table);
    const isThere = ({ name }: WantedTrigger) =>
      member.triggers.some((one) => one.name === name && one.isAlways && one.target === target);
    const missing = wanted.filter((one) => !isThere(one));
    const stale = member.triggers.filter(({ name }) => {
      const asked = wanted.find((one) => one.name === name);
      return asked === undefined || missing.includes(asked);
    });
    return [
      ...stale.map(({ name }) => `drop trigger ${ident(name)} on ${on}`),
      ...missing.flatMap((one) => [
        `create trigger ${ident(one.name)} ${one.text(on)}(${literal(target!)})`,
        `alter table only ${on} enable always trigger ${ident(one.name)}`,
      ]),
    ];
  });
}

function listWanted(table: TableState, member: MemberState, isRoot: boolean): readonly WantedTrigger[] {
  const changes = table.isInheriting ? BY_ROW : BY_STATEMENT;
  return [...changes, ...EMPTYING, ...(isRoot && member.kind === 'p' ? EMPTIED : [])];
}
