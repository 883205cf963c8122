// What waited with records that are stored now goes in after them, in the transaction that wrote them.
import type { CellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { listStoredOwners } from './find-owners.js';
import { encodePart } from './part-rows.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import type { HookCircumstances } from './rules/ruling.js';
import { readWaiting, toWaitingBatches } from './waiting-parts.js';
import { type WrittenParts, writeParts } from './write-parts.js';

/** To be called before the postponed rows are forgotten, and with a copy of their stage as it was (`keepOwnerRows`). */
export async function writeWaiting(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  run: {
    readonly id: string;
    /** The rows taken up, and those of them that are done and did not fail. */
    readonly recalled: readonly number[];
    readonly done: readonly number[];
    readonly cellsOf: (row: number) => CellTexts | undefined;
  },
  circumstances: HookCircumstances,
): Promise<WrittenParts> {
  const waiting = await readWaiting(client, run.id, run.done);
  if (waiting.length === 0) return { outcomes: {}, issues: [] };
  const wanted = new Set(waiting.map(({ row }) => row));
  const others = run.recalled.filter((row) => !wanted.has(row));
  const stored = await listStoredOwners(client, plan, parts, others);
  const owners = waiting.filter(({ row }) => stored.has(row));
  const stage = (part: PartPlan, index: number) =>
    encodePart(part.plan, toWaitingBatches(owners, index, run.cellsOf));
  return writeParts(client, parts, stage, run.id, circumstances);
}
