// The room's front: what doors may use of the mapping.
export { type BindOptions, type BoundMapping, type BoundTarget, bindMapping } from './bind-mapping.js';
export { checkMapping } from './check-mapping.js';
export { createDocumentStep, createReshaper } from './documents/document-batch.js';
export { toWholeColumns } from './entity-paths.js';
export { listBlankReferences } from './export/blank-references.js';
export { type ExportGap, listExportGaps } from './export/export-gaps.js';
export {
  listOpenParts,
  type MappedExport,
  type OpenPart,
  type PartReading,
  planMappedExport,
} from './export/mapped-export.js';
export type { PartExtent } from './export/part-columns.js';
export {
  type ExportColumn,
  type ExportWish,
  exportColumns,
  toExportMapping,
} from './export-columns.js';
export { findIdentityPaths, findNaturalIdentity, isSurrogate } from './identity-paths.js';
export { withLabels } from './label-headers.js';
export * from './mapping.js';
export { MAPPING_ERRORS } from './mapping-errors.js';
export {
  type MappingPlace,
  type PlacedMapping,
  readMappingData,
  readMappingFile,
  readMappingText,
  toPointer,
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
export { matchParts } from './match/match-parts.js';
export { type MatchedPart, toMappedPart } from './match/matched-part.js';
export { findPath, readPath, toPathText, WHOLE } from './path-text.js';
export {
  deleteMapping,
  findMapping,
  holdMapping,
  isMappingName,
  readMappings,
  type SavedMapping,
  saveMapping,
} from './store/mapping-store.js';
export { MAPPING_VERSIONS_SHOWN, MAPPINGS_SHOWN } from './store/shown-mappings.js';
export { type LearnedSynonym, learnSynonyms, readSynonyms } from './store/synonym-store.js';
export type { BoundPart } from './transform/bind-part.js';
export {
  type BoundTransform,
  bindTransform,
  type TransformOptions,
} from './transform/bind-transform.js';
export { type CelExpression, CelProblem, compileCel } from './transform/cel-expression.js';
export { CellFault } from './transform/cell-value.js';
export type { MappedBatch } from './transform/map-batch.js';
export { type ChangedRows, ownCells, RowChanges } from './transform/row-changes.js';
export { describeColumn, listSourceColumns } from './transform/source-columns.js';
export { type TransformHooks, transformSource } from './transform/transform-source.js';
