// The records room's front: the one write path.
export { recordsError } from './records-errors.js';
export { type ChunkJudgement, judgeChunk, type OpenRow, type RowDifference } from './write/judge-chunk.js';
export { type RemovalPlan, readRemovalPlan, removeMissing } from './write/remove-missing.js';
export { resolvePostponed } from './write/resolve-postponed.js';
export { StageEncoder, type StageEncoderOptions } from './write/stage-encoder.js';
export type { StagedChunk } from './write/staged-chunk.js';
export { writeChunk } from './write/write-chunk.js';
export { planWrite, type WritePlan } from './write/write-plan.js';
export * from './write-request.js';
