// From a page of the stream to what one subscription is told of it, in the stream's order.
import type { Change, StreamEntry } from '../../../engine/changes/change.js';
import { formatPosition, type Position } from '../../../engine/changes/position.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { SinkMessage } from '../sink.js';
import { CLOUD_EVENT, RECORD_DOCUMENT, toEventText } from './cloud-event.js';
import { type EntityView, tableKey, type Views } from './entity-view.js';
import { type JudgedChange, judgeChange, UNKNOWN } from './judge-change.js';
import { readParts } from './read-parts.js';
import { findParts, type RecordParts, toDocumentText } from './record-document.js';

/** A message, and the entry it was made of. */
export interface StreamMessage extends SinkMessage {
  readonly at: Position;
}

export interface MessageRooms {
  readonly database: Queryable;
  /** Id of the subscription: ids of its messages begin with it. */
  readonly subscription: string;
  /** Where the API lies, as links name it. */
  readonly base: string;
}

/** The table whose values before changes aren't told, though this subscription needs them: it can't be served. */
export class UntoldBefore extends Error {
  readonly entity: string;
  constructor(entity: string) {
    super(`The database does not tell what records of ${entity} were before a change.`);
    this.entity = entity;
  }
}

/** Throws `UntoldBefore`. Entries of other tables are passed over. */
export async function toMessages(
  rooms: MessageRooms,
  views: Views,
  entries: readonly StreamEntry[],
): Promise<readonly StreamMessage[]> {
  const told: (StreamMessage | { readonly view: EntityView; readonly judged: JudgedChange })[] = [];
  const costly = new Map<EntityView, JudgedChange[]>();
  for (const entry of entries) {
    if (entry.kind === 'gap') {
      told.push(toGapMessage(rooms, entry.position, entry.at, entry.reason));
      continue;
    }
    const view = views.get(tableKey(entry.table.schema, entry.table.table));
    if (view === undefined) continue;
    if (entry.kind !== 'change') {
      told.push(toTableMessage(rooms, view, `stream.${entry.kind}`, entry.position, entry.at));
      continue;
    }
    const judged = judgeChange(view, entry);
    if (judged === UNKNOWN) throw new UntoldBefore(view.entity.name);
    for (const one of judged) {
      const parts =
        one.values === undefined || view.form === 'thin' ? undefined : findParts(view, one.values);
      if (one.values === undefined || view.form === 'thin' || parts !== undefined) {
        told.push(toRecordMessage(rooms, view, one, parts));
        continue;
      }
      told.push({ view, judged: one });
      costly.set(view, [...(costly.get(view) ?? []), one]);
    }
  }
  if (costly.size === 0) return told as readonly StreamMessage[];
  const read = new Map<EntityView, ReadonlyMap<Change, RecordParts>>();
  for (const [view, judged] of costly) read.set(view, await readParts(rooms.database, view, judged));
  return told.map((one) =>
    'view' in one
      ? toRecordMessage(rooms, one.view, one.judged, read.get(one.view)?.get(one.judged.change))
      : one,
  );
}

function toRecordMessage(
  rooms: MessageRooms,
  view: EntityView,
  { change, happening, id }: JudgedChange,
  parts: RecordParts | undefined,
): StreamMessage {
  if (happening === 'truncated')
    return toTableMessage(rooms, view, 'entity.truncated', change.position, change.transaction.committedAt);
  const { position, transaction } = change;
  const at = formatPosition(position);
  const record = `${view.shape.type}/${id}`;
  const type = `record.${happening}`;
  // A change that gives a record another key is two messages.
  const messageId = `${rooms.subscription}-${at}${happening === 'removed' ? '-r' : ''}`;
  const changed =
    change.changed === undefined || (happening !== 'updated' && happening !== 'added')
      ? undefined
      : change.changed.flatMap((column) => toMemberNames(view, column));
  const body = toEventText({
    id: messageId,
    source: rooms.base,
    type,
    subject: record,
    time: transaction.committedAt,
    position: at,
    entity: view.entity.name,
    transaction,
    ...(changed === undefined ? {} : { changed: [...new Set(changed)] }),
    dataType: RECORD_DOCUMENT,
    data: toDocumentText(view, id, rooms.base, parts),
  });
  return {
    id: messageId,
    type: `dovetail.${type}`,
    record,
    time: transaction.committedAt,
    position: at,
    mediaType: CLOUD_EVENT,
    body,
    at: position,
  };
}

/** What the document calls a column; nothing where it isn't shown. */
function toMemberNames({ attributes, relationships }: EntityView, column: string): readonly string[] {
  return [
    ...attributes.filter(({ field }) => field.name === column),
    ...relationships.filter(({ relation }) => relation.kind === 'one' && relation.fields.includes(column)),
  ].map(({ name }) => name);
}

function toTableMessage(
  rooms: MessageRooms,
  view: EntityView,
  type: string,
  position: Position,
  time: string,
): StreamMessage {
  const data = JSON.stringify({ type: view.shape.type });
  return toPlainMessage(rooms, { type, position, time, data, entity: view.entity.name });
}

/** `reason`: in plain words. */
export const toGapMessage = (
  rooms: Omit<MessageRooms, 'database'>,
  position: Position,
  time: string,
  reason: string,
): StreamMessage =>
  toPlainMessage(rooms, { type: 'stream.gap', position, time, data: JSON.stringify({ reason }) });

/** About no single record. */
export function toPlainMessage(
  rooms: Omit<MessageRooms, 'database'>,
  {
    position,
    ...parts
  }: {
    readonly type: string;
    readonly position: Position;
    readonly time: string;
    readonly data: string;
    readonly entity?: string;
    /** Default: made of the position. */
    readonly id?: string;
  },
): StreamMessage {
  const at = formatPosition(position);
  const id = `${rooms.subscription}-${parts.id ?? at}`;
  const { type, time } = parts;
  const body = toEventText({ ...parts, id, source: rooms.base, position: at, dataType: 'application/json' });
  return {
    id,
    type: `dovetail.${type}`,
    record: '',
    time,
    position: at,
    mediaType: CLOUD_EVENT,
    body,
    at: position,
  };
}
