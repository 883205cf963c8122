// A change log in a table, so that processes share it: what the stream would have written, in the order of commits.
import type { ChangeLog } from '../../src/engine/changes/change-log.js';
import { type Position, STREAM_START } from '../../src/engine/changes/position.js';
import type { Database } from '../../src/foundation/postgres/database.js';

export const TABLE_LOG = `create table logged (n bigint generated always as identity primary key, record text not null, value bigint not null)`;

const at = (n: bigint): Position => ({ epoch: 1, lsn: n, ordinal: 1 });

/** Entries are updates of the table `item`: its `seq` counts up for each record. */
export function createTableLog(database: Database): ChangeLog {
  const readHead = async (): Promise<Position> => {
    const { rows } = await database.query<{ n: string | null }>('select max(n) as n from logged');
    return rows[0]!.n === null ? STREAM_START : at(BigInt(rows[0]!.n));
  };
  return {
    readHead,
    readTail: async () => STREAM_START,
    findTime: async () => STREAM_START,
    async readAfter(position, { limit = 1_000 } = {}) {
      const { rows } = await database.query<{ n: string; record: string; value: string }>(
        'select * from logged where n > $1 order by n limit $2',
        [String(position.lsn), limit],
      );
      return {
        kind: 'page',
        entries: rows.map(({ n, record, value }) => ({
          kind: 'change',
          position: at(BigInt(n)),
          operation: 'insert',
          table: { schema: 'public', table: 'item' },
          key: [record],
          after: new Map([
            ['id', record],
            ['seq', value],
          ]),
          transaction: { id: n, committedAt: '2026-11-28T00:00:00Z', origin: { kind: 'sql', id: '' } },
        })),
        next: rows.length === 0 ? position : at(BigInt(rows.at(-1)!.n)),
        isLast: rows.length < limit,
      };
    },
    async waitAfter(position, { signal, timeoutMs = Number.POSITIVE_INFINITY } = {}) {
      const until = Date.now() + timeoutMs;
      while (!signal?.aborted && Date.now() < until) {
        const { lsn, epoch } = await readHead();
        if (epoch > 0 && lsn > position.lsn) return true;
        await new Promise((go) => setTimeout(go, 20));
      }
      return false;
    },
    async close() {},
  };
}
