// One record through the one write path, for doors whose caller waits for the answer.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { hasKeySql } from '../read/record-key.js';
import type { TreeNode, TreeRow } from '../read/tree/tree-request.js';
import type { Origin } from '../write-request.js';
import { andInReach } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { StageEncoder } from './stage-encoder.js';
import { canWriteAtOnce, type OwnStatements, writeAtOnce } from './write-at-once.js';
import { writeChunk } from './write-chunk.js';
import { WriteTotals } from './write-totals.js';

export interface RecordWrite {
  /** Its own origin counts for nothing: the same plan may be used again and again. */
  readonly plan: WritePlan;
  /** Who makes the change. */
  readonly origin: Origin;
  /** Of one row. */
  readonly batch: CellBatch;
  /** The key of the record that is meant, as text; for `update` and `delete`. */
  readonly key?: string;
  /** Versions of which the record must have one. Default: any. */
  readonly versions?: readonly string[];
  /** How the record is to be read back, where that costs no second statement; nothing around it. */
  readonly node?: TreeNode;
}

export interface RecordRooms {
  /** For a statement that is its own transaction; absent where everything is to be part of one. */
  readonly statements?: OwnStatements;
  /** Kept if `work` returns, taken back if it throws. */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** True if everything will be taken back: then nobody is told. */
  readonly rehearsal?: true;
}

/** `missing`: there is no record with the key. `changed`: it has another version. `waits`: it refers to a record that is not there. */
export type RecordOutcome =
  | {
      readonly action: 'added' | 'updated' | 'deleted' | 'unchanged';
      readonly key?: string;
      readonly row?: TreeRow;
    }
  | { readonly action: 'missing' | 'changed' | 'waits' }
  | { readonly action: 'refused'; readonly issues: readonly FoundIssue[] };

/** There is no run whose later rows could bring what is missing. */
const NO_RUN = '0';

/** Writes the record, or nothing at all. Throws only for what is not the record's fault. */
export async function writeRecord(rooms: RecordRooms, write: RecordWrite): Promise<RecordOutcome> {
  const { plan, versions, node } = write;
  if (rooms.statements && canWriteAtOnce(plan) && (versions?.length ?? 0) < 2) {
    const [version] = versions ?? [];
    const wish = { ...(version === undefined ? {} : { version }), ...(node === undefined ? {} : { node }) };
    const written = await writeAtOnce(rooms.statements, plan, stage(write), {
      ...wish,
      origin: write.origin,
    });
    if (written) return written;
  }
  let outcome: RecordOutcome | undefined;
  return rooms
    .transaction(async (client) => {
      outcome = await writeInTransaction(client, write, rooms.rehearsal);
      if (!('key' in outcome) && !KEPT.has(outcome.action)) throw new TakenBack();
      return outcome;
    })
    .catch((error) => {
      if (error instanceof TakenBack) return outcome!;
      throw error;
    });
}

const KEPT = new Set<RecordOutcome['action']>(['added', 'updated', 'deleted', 'unchanged']);

/** Ends a transaction of which nothing is to be kept. */
class TakenBack extends Error {}

function stage({ plan, batch }: RecordWrite) {
  const encoder = new StageEncoder(plan, {
    partitions: 1,
    seed: 0,
    chunkRows: 1,
    expectedRows: 1,
    committed: [0],
  });
  return encoder.encode(batch)[0] ?? encoder.finish()[0]!;
}

async function writeInTransaction(
  client: Client,
  write: RecordWrite,
  rehearsal = false,
): Promise<RecordOutcome> {
  const { key, versions, origin } = write;
  const plan = { ...write.plan, origin };
  if (key !== undefined) {
    const version = await lockRecord(client, plan, key);
    if (version === undefined) return { action: 'missing' };
    if (versions !== undefined && !versions.includes(version)) return { action: 'changed' };
  }
  const totals = new WriteTotals();
  const { issues } = await writeChunk(client, { ...plan, returnsKeys: true }, stage(write), NO_RUN, {
    totals,
    rehearsal,
  });
  if (issues.some((issue) => issue.severity === 'error')) return { action: 'refused', issues };
  if (totals.postponed > 0) return { action: 'waits' };
  const action = (['added', 'updated', 'deleted', 'unchanged'] as const).find((name) => totals[name] > 0);
  const written = totals.keys[0];
  return { action: action ?? 'unchanged', ...(written === undefined ? {} : { key: written }) };
}

/**
 * Locks the record with this key until the transaction ends, so that what is compared with its version holds when it is written.
 * Throws READ-206 for a text that can't be a key.
 */
async function lockRecord(client: Client, plan: WritePlan, key: string): Promise<string | undefined> {
  const values: string[] = [];
  const has = hasKeySql(plan.entity, 't', key, (value) => `$${values.push(value)}`);
  const { rows } = await client.query<{ version: string }>(
    `select t.xmin::text as version from ${storedIn(plan.entity)} t where ${has}${andInReach(plan)} for update`,
    values,
  );
  return rows[0]?.version;
}
