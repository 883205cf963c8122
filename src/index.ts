// The public names of the package, listed one by one: what `import … from 'dovetail'` gives a project's configuration.
import type { EntityOverrides } from './engine/catalog/index.js';
import type { StorageSettings } from './engine/storage/index.js';
import type { DovetailConfig } from './foundation/config/project-config.js';

export {
  type BatchRule,
  type Constant,
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
  type HookAlert,
  type HookContext,
  type HookSettled,
  type RecordBatch,
  type Refusal,
  type SourceRows,
  type ValidationRule,
  type WritableRecordBatch,
  type WriteOutcome,
  type WrittenRecordBatch,
} from './engine/catalog/index.js';
export type {
  FolderSettings,
  S3Settings,
  SftpSettings,
  StorageSettings as StorageConfig,
} from './engine/storage/index.js';
export type {
  AlertRouteConfig,
  AlertsConfig,
  ApiSettings,
  DovetailConfig,
  KeepConfig,
  MetricsConfig,
  NotifyConfig,
} from './foundation/config/project-config.js';
export { type Consequence, DovetailError, type Pointer } from './foundation/errors/dovetail-error.js';

/** What a project's configuration holds, each part typed by the room it belongs to. */
export type ProjectConfig = DovetailConfig<EntityOverrides, Readonly<Record<string, StorageSettings>>>;

/** Types the content of `dovetail.config.ts`; returns it unchanged. */
export function defineConfig(config: ProjectConfig): ProjectConfig {
  return config;
}
