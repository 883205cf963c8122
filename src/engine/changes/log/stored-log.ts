// The log as it lies in PostgreSQL, read block by block from any position.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Expired } from '../change-log.js';
import { comparePositions, formatLsn, type Position, parseLsn } from '../position.js';
import type { Block } from './block-format.js';
import { readLogHead } from './log-head.js';
import { type LogPart, listParts, toPartTable } from './log-parts.js';

export interface StoredBlocks {
  readonly kind: 'blocks';
  readonly blocks: readonly Block[];
  /** True: there was nothing after them. */
  readonly isLast: boolean;
}

export interface BlockLimits {
  readonly blocks: number;
  readonly bytes: number;
}

export interface StoredLog {
  /** Blocks with entries after `position`, in order; the first may begin before it. At least one where there is one. */
  readAfter(position: Position, most: BlockLimits): Promise<StoredBlocks | Expired>;
  readTail(): Promise<Position>;
  /** A position in the log before which everything was committed before `time`, and the newest such at the end of a block. */
  findBefore(time: Date): Promise<Position>;
}

export function createStoredLog(db: Queryable): StoredLog {
  let parts: readonly LogPart[] = [];
  const refresh = async (): Promise<void> => {
    parts = await listParts(db);
  };
  const tail = async (): Promise<Position> => parts[0]?.after ?? (await readLogHead(db));

  /** Undefined: what is remembered of the parts leads nowhere. */
  const tryRead = async (position: Position, most: BlockLimits): Promise<StoredBlocks | undefined> => {
    const from = parts.findLastIndex(({ after }) => comparePositions(after, position) <= 0);
    if (from < 0) return undefined;
    for (const [i, { part }] of parts.slice(from).entries()) {
      const blocks = await readBlocks(db, part, position, most);
      if (blocks === undefined) return undefined;
      if (blocks.length === 0) continue;
      const bytes = blocks.reduce((sum, { body }) => sum + body.length, 0);
      const isCut = blocks.length >= most.blocks || bytes >= most.bytes;
      return { kind: 'blocks', blocks, isLast: !isCut && from + i === parts.length - 1 };
    }
    return undefined;
  };

  return {
    async readAfter(position, most) {
      const found = await tryRead(position, most);
      if (found !== undefined) return found;
      // A part may have been begun or dropped since.
      await refresh();
      const again = await tryRead(position, most);
      if (again !== undefined) return again;
      const first = await tail();
      const head = await readLogHead(db);
      // Behind the tail: dropped. Of an epoch to come: of a future that a restored database has forgotten.
      const isExpired = comparePositions(position, first) < 0 || position.epoch > head.epoch;
      return isExpired ? { kind: 'expired', tail: first } : { kind: 'blocks', blocks: [], isLast: true };
    },
    async readTail() {
      await refresh();
      return tail();
    },
    async findBefore(time) {
      await refresh();
      for (const { part } of [...parts].reverse()) {
        const found = await findBlockBefore(db, part, time);
        if (found !== undefined) return found;
      }
      return tail();
    },
  };
}

/** Undefined where the part is gone. */
async function readBlocks(
  db: Queryable,
  part: number,
  after: Position,
  most: BlockLimits,
): Promise<readonly Block[] | undefined> {
  // The sum is made of the sizes that stand beside the blocks, so that what is too much is not even read.
  const sql = `
    select epoch, lsn::text, ordinal::text, entries, body from (
      select b.*, sum(bytes) over (order by epoch, lsn, ordinal) - bytes as sofar from (
        select epoch, lsn, ordinal, entries, bytes, body from ${toPartTable(part)}
        where (epoch, lsn, ordinal) > ($1, $2::pg_lsn, $3::int8) order by epoch, lsn, ordinal limit $4
      ) b
    ) c where sofar < $5 order by c.epoch, c.lsn, c.ordinal`;
  const values = [after.epoch, formatLsn(after.lsn), after.ordinal, most.blocks, most.bytes];
  try {
    const { rows } = await db.query<BlockRow & Record<string, unknown>>(sql, values);
    return rows.map(toBlock);
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return undefined;
    throw error;
  }
}

interface BlockRow {
  readonly epoch: number;
  readonly lsn: string;
  readonly ordinal: string;
  readonly entries: number;
  readonly body: Buffer;
}

function toBlock({ epoch, lsn, ordinal, entries, body }: BlockRow): Block {
  return { epoch, lsn: parseLsn(lsn), ordinal: Number(ordinal), entries, body };
}

async function findBlockBefore(db: Queryable, part: number, time: Date): Promise<Position | undefined> {
  const { rows } = await db.query<BlockRow & Record<string, unknown>>(
    `select epoch, lsn::text, ordinal::text from ${toPartTable(part)}
     where committed_at < $1 order by epoch desc, lsn desc, ordinal desc limit 1`,
    [time],
  );
  const row = rows[0];
  return row && { epoch: row.epoch, lsn: parseLsn(row.lsn), ordinal: Number(row.ordinal) };
}
