// What pgoutput says, put into blocks: each change with its place in its transaction, but for those that the log has already.
import type { BlockWriter } from '../log/block-writer.js';
import { LONGEST_ORIGIN } from '../log/transaction-origin.js';
import type {
  BeginMessage,
  PgoutputMessage,
  RelationMessage,
  RowMessage,
} from '../pgoutput/pgoutput-message.js';
import { readMessage } from '../pgoutput/read-message.js';
import type { Position } from '../position.js';
import { ORIGIN_PREFIX } from '../watched.js';

export interface MessageSink {
  /** Resolves once what comes next may be taken in; undefined: at once. */
  take(bytes: Buffer): Promise<void> | undefined;
  /** False between two transactions. */
  readonly isInside: boolean;
  /** The end of the last transaction that came whole. */
  readonly seen: bigint;
}

export interface SinkRooms {
  readonly blocks: BlockWriter;
  /** What the log has: of it nothing is put in again. */
  readonly head: Position;
  /** The id of a table's shape. */
  readonly keepShape: (relation: RelationMessage) => Promise<number>;
}

const NOBODY = Buffer.alloc(0);

export function createMessageSink({ blocks, head, keepShape }: SinkRooms): MessageSink {
  const shapes = new Map<number, number>();
  let current: BeginMessage | undefined;
  let ordinal = 0;
  let origin: Buffer = NOBODY;
  let isTold = false;
  let isPut = false;
  let seen = 0n;

  /** Positions are counted whether or not the log has them: reading again must count the same. */
  const isNew = (): boolean => {
    if (current === undefined) throw new Error('A change came outside any transaction.');
    ordinal++;
    const { commitLsn } = current;
    if (commitLsn < head.lsn || (commitLsn === head.lsn && ordinal <= head.ordinal)) return false;
    if (!isTold) {
      blocks.begin({
        lsn: commitLsn,
        number: BigInt(current.xid),
        committedAt: current.committedAt,
        origin,
      });
      isTold = true;
      isPut = true;
    }
    return true;
  };
  const shapeOf = (relation: number): number => {
    const shape = shapes.get(relation);
    if (shape === undefined)
      throw new Error(`A change of the table ${relation} came before its description.`);
    return shape;
  };
  const takeRow = ({ kind, relation, before, beforeWhole, after }: RowMessage): void => {
    if (!isNew()) return;
    blocks.row({ operation: kind, ordinal, table: shapeOf(relation), before, beforeWhole, after });
  };
  const takeMessage = (message: PgoutputMessage): Promise<void> | undefined => {
    switch (message.kind) {
      case 'insert':
      case 'update':
      case 'delete':
        takeRow(message);
        return undefined;
      case 'begin':
        current = message;
        ordinal = 0;
        origin = NOBODY;
        isTold = false;
        isPut = false;
        return undefined;
      case 'commit':
        seen = message.endLsn;
        if (isPut) blocks.end(message.endLsn);
        current = undefined;
        return undefined;
      case 'relation':
        return keepShape(message).then((id) => void shapes.set(message.relation, id));
      case 'truncate':
        for (const relation of message.relations) {
          if (!isNew()) continue;
          const row = { before: undefined, beforeWhole: false, after: undefined };
          blocks.row({ operation: 'truncate', ordinal, table: shapeOf(relation), ...row });
        }
        return undefined;
      case 'message': {
        const { transactional, prefix, content } = message;
        if (!transactional || prefix !== ORIGIN_PREFIX || content.length > LONGEST_ORIGIN) return undefined;
        // The last one that was said holds for what comes after it.
        origin = Buffer.from(content);
        isTold = false;
        return undefined;
      }
      default:
        return undefined;
    }
  };

  return {
    take: (bytes) => takeMessage(readMessage(bytes)),
    get isInside() {
      return current !== undefined;
    },
    get seen() {
      return seen;
    },
  };
}
