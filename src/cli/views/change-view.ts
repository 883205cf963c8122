// What the change log holds, for people and for scripts.
import {
  type Change,
  formatPosition,
  type RecordValues,
  type StreamEntry,
} from '../../engine/changes/index.js';
import { cutText, toPrintable } from '../terminal/text-width.js';

/** Values of a row longer than this are cut. */
const LONGEST = 40;

export function toEntryLine(entry: StreamEntry): string {
  const at = formatPosition(entry.position);
  if (entry.kind === 'gap') return `${at}  gap  ${toPrintable(entry.reason)}`;
  const table = `${entry.table.schema === 'public' ? '' : `${entry.table.schema}.`}${entry.table.table}`;
  if (entry.kind !== 'change') return `${at}  ${entry.kind}  ${toPrintable(table)}`;
  const parts = [
    at,
    entry.operation,
    toPrintable(table),
    toPrintable(entry.key.join('/')),
    toValuesText(entry),
    toOriginText(entry),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function toValuesText({ after, changed }: Change): string {
  if (after === undefined) return '';
  const shown = [...after].filter(([name]) => changed === undefined || changed.includes(name)).slice(0, 6);
  return shown.map(([name, value]) => `${name}=${cutText(toPrintable(value ?? 'NULL'), LONGEST)}`).join(' ');
}

function toOriginText({ transaction }: Change): string {
  const { kind, id } = transaction.origin;
  return kind === 'sql' ? '' : `by ${kind} ${toPrintable(id)}`;
}

export function toEntryDocument(entry: StreamEntry): object {
  const position = formatPosition(entry.position);
  if (entry.kind !== 'change') return { ...entry, position };
  const { key, keyBefore, before, after, changed, operation, table, transaction } = entry;
  return {
    position,
    operation,
    table,
    key,
    ...(keyBefore && { keyBefore }),
    ...(after && { after: toObject(after) }),
    ...(before && { before: toObject(before) }),
    ...(changed && { changed }),
    transaction: { id: transaction.id, committedAt: transaction.committedAt, origin: transaction.origin },
  };
}

const toObject = (values: RecordValues): object => Object.fromEntries(values);
