// What is said of a record that an undo leaves as it is.
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { shorten } from '../write/row-issues.js';
import type { UndoTable } from './undo-store.js';

export interface Conflict {
  /** The id under which it is kept. */
  readonly row: number;
  readonly line: number | null;
  readonly key: readonly string[];
  readonly error: 'waits' | 'there' | 'gone' | 'changed' | 'followed';
  /** Of an update: the values the run wrote, and those stored now. */
  readonly after: readonly (string | null)[] | null;
  readonly now: readonly (string | null)[] | null;
}

const CODES = {
  waits: ROW.undoRefused,
  there: ROW.undoThere,
  gone: ROW.undoGone,
  changed: ROW.undoChanged,
  followed: ROW.undoFollowed,
} as const;

const HINTS = {
  waits: 'The other error of the same record says why; mend that, and undo the run again.',
  there:
    'Nothing is lost: what was put there since counts. Delete it first if the deleted one is to come back.',
  gone: 'There is nothing to do.',
  changed: 'Look at the record: if the run is to be undone there too, set the values by hand.',
  followed: 'Delete what refers to it, or let it refer to another record, and undo the run again.',
} as const;

export function toConflictIssue(table: UndoTable, conflict: Conflict): FoundIssue {
  const field = conflict.error === 'changed' ? findField(table, conflict) : undefined;
  return {
    ...start(conflict),
    code: CODES[conflict.error],
    ...(field === undefined ? {} : { field: field.name }),
    message: `${nameOf(table, conflict.key)} ${tell(conflict, field)}.`,
    hint: HINTS[conflict.error],
  };
}

function tell({ error }: Conflict, field: ReturnType<typeof findField>): string {
  switch (error) {
    case 'changed':
      return field === undefined
        ? 'was changed after the run had added it; it stays'
        : `was changed since: ${field.name} is ${field.now}, the run wrote ${field.after}; it stays as it is`;
    case 'gone':
      return 'is no longer there; nothing is left to undo';
    case 'there':
      return 'was deleted by the run and is there again; it stays as it is';
    case 'followed':
      return 'was added by the run, and others refer to it that would be deleted or changed with it; it stays';
    case 'waits':
      return 'could not be undone, because what the run did to it later could not';
  }
}

/** The first field that is not what the run wrote. */
function findField(table: UndoTable, { after, now }: Conflict) {
  const i = after?.findIndex((value, at) => value !== now?.[at]) ?? -1;
  if (i < 0) return undefined;
  const say = (value: string | null | undefined) => (value == null ? 'NULL' : `'${shorten(value)}'`);
  return { name: table.updated[i]!.name, after: say(after![i]), now: say(now?.[i]) };
}

export function toRefusalIssue(
  table: UndoTable,
  row: {
    readonly key: readonly string[];
    readonly line: number | null;
    readonly message: string;
    readonly detail: string | null;
    readonly advice: string | null;
  },
): FoundIssue {
  return {
    ...start(row),
    code: ROW.undoRefused,
    message: `${nameOf(table, row.key)} can't be put back: ${row.message}.`,
    hint:
      [row.advice, row.detail].filter((text) => text).join(' ') ||
      'Mend what the database complains of, and undo the run again.',
  };
}

const start = ({ key, line }: { readonly key: readonly string[]; readonly line: number | null }) =>
  ({
    severity: 'error',
    ...(line === null ? {} : { line }),
    value: shorten(key.join(', ')),
  }) as const;

const nameOf = (table: UndoTable, key: readonly string[]): string =>
  `${table.entity} ${shorten(key.join(', '))}`;
