// The public names of the package, listed one by one: what `import … from 'dovetail'` gives a project's configuration.
export {
  type BatchRule,
  type Constant,
  defineConfig,
  defineEntity,
  type EntityHooks,
  type EntityOverride,
  type EntityOverrides,
  type ExportOutcome,
  type ExportRows,
  type FailedRecord,
  type FieldOverride,
  type FieldRule,
  type FileOverride,
  type FileType,
  type RecordBatch,
  type Refusal,
  type SourceRows,
  type ValidationRule,
  type WritableRecordBatch,
  type WriteOutcome,
  type WrittenRecordBatch,
} from './engine/catalog/index.js';
export type {
  DovetailConfig,
  KeepConfig,
  NotifyConfig,
  StorageConfig,
} from './foundation/config/project-config.js';
export { type Consequence, DovetailError, type Pointer } from './foundation/errors/dovetail-error.js';
