// In a dry run: what belongs to a record that waits is kept aside, and judged at the end of the source if the record is not lost.
import type { CellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { judgeNewParts } from './judge-new-parts.js';
import { hasMet, MET } from './judge-open-rows.js';
import { encodePart } from './part-rows.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import { toWaitingBatches, type WaitingOwner } from './waiting-parts.js';
import type { WrittenParts } from './write-parts.js';

const WAITING = 'pg_temp._dovetail_waiting';
const STEP_OWNERS = 1_000;

/** Keeps what belongs to rows that wait until the end of the source. */
export async function rememberWaiting(client: Client, waiting: readonly WaitingOwner[]): Promise<void> {
  await client.query(
    'create temporary table if not exists _dovetail_waiting (row int8 primary key, parts json) on commit drop',
  );
  await client.query(
    `insert into ${WAITING} select row, parts from json_to_recordset($1) as w (row int8, parts json)`,
    [JSON.stringify(waiting)],
  );
}

/** To be called once `judgeOpenRows` has said which rows are lost. */
export async function* judgeWaitingParts(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
): AsyncGenerator<WrittenParts> {
  if (!plan.selfReferring || !(await hasMet(client))) return;
  const there = await client.query<{ waiting: string | null }>(
    `select to_regclass('${WAITING}')::text as waiting`,
  );
  if (there.rows[0]?.waiting == null) return;
  for (let after = 0; ; ) {
    const found = await client.query<{ row: string; parts: WaitingOwner['parts'] } & CellTexts>(
      `select w.row, w.parts, m._cells as cells, m._kinds as kinds from ${WAITING} w join ${MET} m on m._row = w.row
       where m._open and m._lost is null and w.row > $1 order by w.row limit ${STEP_OWNERS}`,
      [after],
    );
    if (found.rows.length === 0) return;
    const owners = found.rows.map(({ row, parts: kept }) => ({ row: Number(row), parts: kept }));
    const cells = new Map(found.rows.map(({ row, ...came }) => [Number(row), came]));
    yield judgeNewParts(parts, (part, index) =>
      encodePart(
        part.plan,
        toWaitingBatches(owners, index, (row) => cells.get(row)),
      ),
    );
    after = owners.at(-1)!.row;
  }
}
