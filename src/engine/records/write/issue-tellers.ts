// What a waiting chunk keeps of an issue: where it was found. Made here, apart from the loop that finds it, because a variable of a
// loop that a function captures costs memory at each turn, whether the function is made or not.
import type { CellBatch, RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { duplicateError, encodeIssue, problemIssue, requiredIssue } from './row-issues.js';
import type { DuplicatePair, IssueTeller } from './staged-chunk.js';

export const problemTeller =
  (plan: WritePlan, batch: CellBatch, problem: RowProblem): IssueTeller =>
  () =>
    problemIssue(plan, batch, problem);

export const encodeTeller =
  (plan: WritePlan, batch: CellBatch, index: number, column: StageColumn, fault: number): IssueTeller =>
  () =>
    encodeIssue(plan, batch, index, column, fault);

export const requiredTeller =
  (plan: WritePlan, batch: CellBatch, index: number, column: StageColumn): IssueTeller =>
  () =>
    requiredIssue(plan, batch, index, column);

export const duplicateTeller =
  (plan: WritePlan, batch: CellBatch, index: number, pair: DuplicatePair): IssueTeller =>
  () =>
    duplicateError(plan, batch, index, pair);
