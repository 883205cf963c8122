// The catalog's public names, one by one.
export type { Belonging } from './belonging.js';
export type {
  Catalog,
  Check,
  Entity,
  EntityKind,
  Field,
  FieldSearch,
  FieldType,
  Relation,
  ToManyRelation,
  ToOneRelation,
  UniqueKey,
} from './catalog.js';
export { catalogError } from './catalog-errors.js';
export { type CatalogOptions, type CatalogService, createCatalog } from './catalog-service.js';
export {
  ACCESS_ACTIONS,
  type AccessAction,
  type EntityAccess,
  type FieldCondition,
  type FileAction,
  type KeysOfRecords,
  type RecordCondition,
  type RecordRule,
  type TreeCondition,
} from './entity-access.js';
export {
  describeEntity,
  describeStrategies,
  type EntityDescription,
  type FieldDescription,
  type RelationDescription,
  type StrategyDescription,
} from './entity-description.js';
export { findEntity } from './entity-finder.js';
export {
  type Constant,
  defineEntity,
  type EntityOverride,
  type EntityOverrides,
  type FieldOverride,
} from './overrides/entity-override.js';
export type {
  BatchRule,
  EntityHooks,
  ExportOutcome,
  ExportRows,
  FailedRecord,
  FieldRule,
  HookAlert,
  HookContext,
  HookSettled,
  RecordBatch,
  Refusal,
  SourceRows,
  ValidationRule,
  WritableRecordBatch,
  WriteOutcome,
  WrittenRecordBatch,
} from './overrides/entity-rules.js';
export { FILE_TYPES, type FileOverride, type FileRule, type FileType } from './overrides/file-override.js';
export {
  HOOK_NAMES,
  type HookAlerts,
  type HookPlace,
  toHookContext,
  withHookAlerts,
} from './overrides/hook-context.js';
export { type PathStep, type ResolvedPath, resolvePath } from './path-resolver.js';
export { describeAccepted, describeType } from './type-words.js';
