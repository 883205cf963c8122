// A block of the log, read into entries. What most consumers look at is read at once, values when somebody wants them.

import type { ChangeTransaction, SnapshotMark, StreamEntry } from '../change.js';
import { changesError } from '../changes-errors.js';
import { ByteReader } from '../pgoutput/byte-reader.js';
import { comparePositions, formatPosition, type Position } from '../position.js';
import { BLOCK_VERSION, type Block, FLAG, TAG } from './block-format.js';
import { toIsoTime } from './commit-time.js';
import { toChange } from './lazy-change.js';
import type { TableShape } from './table-shape.js';
import { readOrigin } from './transaction-origin.js';

/** Of the entries that `wants` asks for, those after `after`. Throws CHANGES-109. */
export function* readBlock(
  block: Block,
  after: Position,
  shapes: { find(id: number): TableShape | undefined; wants(id: number): boolean },
): Generator<StreamEntry> {
  const reader = new ByteReader(block.body);
  const { epoch } = block;
  try {
    if (reader.byte() !== BLOCK_VERSION) throw new RangeError('a version this Dovetail does not know');
    const passed = comparePositions(after, { epoch, lsn: 0n, ordinal: 0 }) > 0 && after.epoch === epoch;
    let lsn = 0n;
    let transaction: ChangeTransaction | undefined;
    while (reader.left > 0) {
      const tag = reader.byte();
      if (tag === TAG.transaction) {
        lsn = reader.uint64();
        transaction = readTransaction(reader);
        continue;
      }
      if (transaction === undefined) throw new RangeError('an entry of no transaction');
      const ordinal = reader.uint32();
      const isPassed = passed && (lsn < after.lsn || (lsn === after.lsn && ordinal <= after.ordinal));
      const position = { epoch, lsn, ordinal };
      if (tag === TAG.gap) {
        const reason = reader.slice(reader.uint32()).toString('utf8');
        if (!isPassed) yield { kind: 'gap', position, reason, at: transaction.committedAt };
        continue;
      }
      const table = reader.uint32();
      const shape = !isPassed && shapes.wants(table) ? shapes.find(table) : undefined;
      if (tag === TAG.snapshotBegin || tag === TAG.snapshotEnd) {
        if (shape !== undefined) yield toMark(tag, position, shape, transaction.committedAt);
        continue;
      }
      const operation = OPERATIONS.get(tag);
      if (operation === undefined) throw new RangeError('an unknown entry');
      const flags = reader.byte();
      const before = (flags & FLAG.before) === 0 ? undefined : reader.slice(reader.uint32());
      const afterwards = (flags & FLAG.after) === 0 ? undefined : reader.slice(reader.uint32());
      if (shape === undefined) continue;
      const beforeWhole = (flags & FLAG.beforeWhole) !== 0;
      yield toChange({ position, operation, shape, transaction, before, beforeWhole, after: afterwards });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw changesError(109, {
      detail: `The block of the change log that ends at ${formatPosition(block)} holds ${error.message}.`,
      hint: 'Is this Dovetail older than the one that wrote it?',
      cause: error,
    });
  }
}

function readTransaction(reader: ByteReader): ChangeTransaction {
  const id = reader.uint64().toString();
  const committedAt = reader.int64();
  const said = reader.slice(reader.uint32());
  let time: string | undefined;
  return {
    id,
    get committedAt() {
      time ??= toIsoTime(committedAt);
      return time;
    },
    origin: readOrigin(said),
  };
}

function toMark(tag: number, position: Position, { name }: TableShape, at: string): SnapshotMark {
  return {
    kind: tag === TAG.snapshotBegin ? 'snapshot-begin' : 'snapshot-end',
    position,
    table: name,
    at,
  };
}

const OPERATIONS = new Map([
  [TAG.insert, 'insert'],
  [TAG.update, 'update'],
  [TAG.delete, 'delete'],
  [TAG.snapshot, 'snapshot'],
  [TAG.truncate, 'truncate'],
] as const) as ReadonlyMap<number, 'insert' | 'update' | 'delete' | 'snapshot' | 'truncate'>;
