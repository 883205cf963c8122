// The records room's front: the one write path.
export { isExternalId, OWN_MARK } from './external/external-id-sql.js';
export {
  type ExternalId,
  findExternalId,
  forgetExternalIds,
  isSystemName,
  lockExternalId,
  lockNamedRecord,
  noteExternalId,
  PRUNE_EXTERNAL_IDS_TASK,
  pruneExternalIds,
  readExternalId,
  readKeys,
  removeExternalId,
  toExternalIdsSql,
} from './external/external-ids.js';
export { type LinksOutcome, type LinksWrite, MOST_REPLACED, writeLinks } from './links/write-links.js';
export { RECORDS_ERRORS, ROW, recordsError } from './records-errors.js';
export { noteKeptTables } from './undo/kept-tables.js';
export { type UndoStep, undoBatch } from './undo/undo-batch.js';
export {
  countKept,
  forgetExpired,
  forgetKept,
  type KeptCounts,
  readRepeats,
  readUndoTables,
  type UndoTable,
} from './undo/undo-store.js';
export { kindOf } from './write/cell-kind.js';
export { clearStage } from './write/clear-stage.js';
export { drawKeys, findDrawnKey } from './write/draw-keys.js';
export { findCircles } from './write/find-circles.js';
export { type ChunkJudgement, judgeChunk } from './write/judge-chunk.js';
export { correctRows, judgeOpenRows, type LostRow, listLost } from './write/judge-open-rows.js';
export { judgeChunkWithParts } from './write/judge-parts.js';
export { judgeWaitingParts } from './write/judge-waiting-parts.js';
export { describeCircle } from './write/judged-issues.js';
export { listValueIssues } from './write/list-value-issues.js';
export { markOrigin } from './write/origin-mark.js';
export { type PartPlan, planPart } from './write/plan-part.js';
export type { StageColumn, WritePlan } from './write/plan-parts.js';
export { raiseSequences } from './write/raise-sequences.js';
export { refuseForbidden } from './write/refuse-forbidden.js';
export { countUnseen, readUnseen } from './write/rehearse-removal.js';
export { forgetMarks, type RemovalPlan, readRemovalPlan, removeMissing } from './write/remove-missing.js';
export { type PostponedPass, resolvePostponed } from './write/resolve-postponed.js';
export type { DifferenceBudget, DifferenceCell, RowDifference } from './write/row-difference.js';
export { callHook } from './write/rules/call-hook.js';
export type { HookCircumstances } from './write/rules/ruling.js';
export { StageEncoder, type StageEncoderOptions } from './write/stage-encoder.js';
export { listPostponed } from './write/stage-table.js';
export type { StagedChunk } from './write/staged-chunk.js';
export { uncheckedByProbe, uncheckedByReading } from './write/unchecked.js';
export { writeChunk } from './write/write-chunk.js';
export {
  type PartOutcomes,
  writeChunkWithParts,
} from './write/write-parts.js';
export { planWrite } from './write/write-plan.js';
export { type RecordOutcome, type RecordRooms, writeRecord } from './write/write-record.js';
export { type RecordsOutcome, type RecordsWrite, writeRecords } from './write/write-records.js';
export { newHabit, type WriteHabit } from './write/write-totals.js';
export * from './write-request.js';
