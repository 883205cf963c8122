// The statement that adds blocks to the log: it moves the head, if that is where the writer believes it to be, and tells consumers.
import { formatLsn, formatPosition, type Position } from '../position.js';
import type { WrittenBlock } from './block-writer.js';
import { toIsoTime } from './commit-time.js';
import { NOTICE } from './log-head.js';
import { toPartTable } from './log-parts.js';

export interface PreparedAppend {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

const texts = new Map<string, string>();

/**
 * Adds all of the blocks or none: none where the head is elsewhere, because somebody else wrote. Returns a row if it did. One transaction
 * and one round trip; prepared once for each part and number of blocks.
 */
export function toAppend(part: number, head: Position, blocks: readonly WrittenBlock[]): PreparedAppend {
  const name = `append_${part}_${blocks.length}`;
  let text = texts.get(name);
  if (text === undefined) {
    text = makeText(part, blocks.length);
    if (texts.size > MOST_TEXTS) texts.clear();
    texts.set(name, text);
  }
  const last = blocks.at(-1)!;
  const readTo = blocks.reduce((most, block) => (block.readTo > most ? block.readTo : most), 0n);
  const values: unknown[] = [
    head.epoch,
    formatLsn(head.lsn),
    head.ordinal,
    last.epoch,
    formatLsn(last.lsn),
    last.ordinal,
    formatLsn(readTo),
    formatPosition(last),
  ];
  for (const block of blocks) {
    values.push(
      block.epoch,
      formatLsn(block.lsn),
      block.ordinal,
      block.entries,
      toIsoTime(block.committedAt),
      block.body,
    );
  }
  return { name, text, values };
}

const MOST_TEXTS = 20;

function makeText(part: number, count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const at = 9 + i * 6;
    return `($${at}::int, $${at + 1}::pg_lsn, $${at + 2}::int8, $${at + 3}::int, $${at + 4}::timestamptz, $${at + 5}::bytea)`;
  });
  return `with head as (
      update dovetail.change_head set epoch = $4, lsn = $5, ordinal = $6, read_to = greatest(read_to, $7)
      where epoch = $1 and lsn = $2::pg_lsn and ordinal = $3
      returning 1
    ), added as (
      insert into ${toPartTable(part)} (part, epoch, lsn, ordinal, entries, bytes, committed_at, body)
      select ${part}, b.epoch, b.lsn, b.ordinal, b.entries, length(b.body), b.committed_at, b.body
      from head, (values ${rows.join(', ')}) b (epoch, lsn, ordinal, entries, committed_at, body)
    )
    select pg_notify('${NOTICE}', $8) from head`;
}
