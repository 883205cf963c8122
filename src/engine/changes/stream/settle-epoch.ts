// Whether the stream can go on where the log ends, or a new epoch has to begin, and why.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { readLogHead } from '../log/log-head.js';
import type { ReplicationConnection } from '../replication/replication-connection.js';
import { findSlot, slotTaken } from '../replication/replication-slot.js';
import { findEpoch } from './epoch-store.js';

export interface ServerIdentity {
  readonly systemId: string;
  readonly timeline: number;
}

export async function identifyServer({ client }: ReplicationConnection): Promise<ServerIdentity> {
  const { rows } = await client.query<{ systemid: string; timeline: number }>('IDENTIFY_SYSTEM');
  return { systemId: rows[0]!.systemid, timeline: Number(rows[0]!.timeline) };
}

export type Settled =
  | { readonly kind: 'go-on'; readonly epoch: number }
  | {
      readonly kind: 'new-epoch';
      readonly epoch: number;
      readonly reason: string;
      /** True: nobody can have missed anything, because there was nothing before. */
      readonly isFirst: boolean;
    };

/**
 * A restored database does not know which epochs it had before. So that none of them is used again for something else, it leaves room for
 * as many as nobody will have had meanwhile.
 */
const ROOM_FOR_FORGOTTEN = 100;

/** Throws CHANGES-106 where the slot's name is taken. */
export async function settleEpoch(db: Queryable, server: ServerIdentity, slotName: string): Promise<Settled> {
  const [last, slot, head] = [await findEpoch(db), await findSlot(db, slotName), await readLogHead(db)];
  if (slot?.isForeign === true) throw slotTaken(slotName);
  if (last === undefined) return { kind: 'new-epoch', epoch: 1, reason: 'The stream begins', isFirst: true };
  const anew = (reason: string, step = 1): Settled => ({
    kind: 'new-epoch',
    epoch: last.epoch + step,
    reason,
    isFirst: false,
  });
  if (last.systemId !== server.systemId) {
    return anew('The database is on another server, or was restored', ROOM_FOR_FORGOTTEN);
  }
  if (last.timeline !== server.timeline) {
    return anew(
      `The server has changed its history (timeline ${last.timeline} to ${server.timeline}): after a failover or a restore`,
      ROOM_FOR_FORGOTTEN,
    );
  }
  if (last.capture !== 'wal') return anew('Changes were captured by triggers before');
  if (!last.isReady) return anew('Reading the tables was interrupted');
  if (slot === undefined) return anew('The replication slot has gone');
  if (slot.isLost)
    return anew('The replication slot was given up by the server, because it held too much WAL');
  if (slot.confirmed > head.readTo) return anew('The replication slot was moved on by somebody else');
  return { kind: 'go-on', epoch: last.epoch };
}
