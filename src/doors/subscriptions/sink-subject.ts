// What brokers call the stream of an entity's changes: a name in front, and the entity's type.
import type { SinkMessage } from './sink.js';

/** `dovetail.changes` and a message of `products/17`: `dovetail.changes.products`; what is about no single record: `…_stream`. */
export function toSubject(prefix: string, { record }: Pick<SinkMessage, 'record'>): string {
  // No type begins with `_`.
  const type = record === '' ? '_stream' : record.slice(0, record.indexOf('/'));
  return `${prefix}.${type}`;
}
