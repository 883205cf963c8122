// The pipeline room's front: runs and how their chunks are committed.
export * from './checkpoint-store.js';
export { type ChunkOutcome, commitChunk } from './chunk-transaction.js';
export * from './difference-store.js';
export * from './issue-store.js';
export * from './part-store.js';
export { pipelineError } from './pipeline-errors.js';
export * from './run.js';
export { type RunTaker, requeueRun } from './run-claim.js';
export { endLeftovers, holdFence, type RunHold } from './run-fence.js';
export { holdRun, LEASE_SECONDS, type RunLease } from './run-lease.js';
export { hasRunningImport, listAbandonedRuns, type RunNumbers, readRunNumbers } from './run-numbers.js';
export { beginRecord, type RunRecord } from './run-record.js';
export * from './run-retention.js';
export * from './run-store.js';
export * from './run-undo.js';
export { DIFFERENCES_SHOWN, ISSUES_SHOWN, RUNS_SHOWN } from './shown-runs.js';
export { type Patience, waitOut } from './wait-out.js';
export { type ErrorLimit, writeChunks } from './write-chunks.js';
