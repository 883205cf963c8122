// The room's front: what doors may use of the mapping.
export { type BindOptions, type BoundMapping, type BoundTarget, bindMapping } from './bind-mapping.js';
export { checkMapping } from './check-mapping.js';
export { toWholeColumns } from './entity-paths.js';
export {
  type ExportColumn,
  type ExportWish,
  exportColumns,
  toExportMapping,
} from './export-columns.js';
export { findIdentityPaths, findNaturalIdentity, isSurrogate } from './identity-paths.js';
export { withLabels } from './label-headers.js';
export * from './mapping.js';
export {
  type MappingPlace,
  type PlacedMapping,
  readMappingData,
  readMappingFile,
  readMappingText,
  toYaml,
} from './mapping-file.js';
export {
  type ColumnMatches,
  type IgnoredColumn,
  type MatchedColumn,
  toMapping,
  type UnmatchedColumn,
} from './match/column-match.js';
export { type MatchOptions, matchColumns } from './match/match-columns.js';
export { findPath, readPath, toPathText, WHOLE } from './path-text.js';
