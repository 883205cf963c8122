// The front of the read path: what doors may use of it.
export {
  AGGREGATES,
  type Aggregate,
  type AggregateOrder,
  type AggregateRequest,
  type AggregateValue,
  DATE_PARTS,
  type DatePart,
  type GroupKey,
} from './aggregate/aggregate-request.js';
export { type AggregatePlan, planAggregate } from './aggregate/plan-aggregate.js';
export { type Condition, FILTER_OPERATORS, type Filter, type FilterOperator } from './filter.js';
export { checkFilter } from './filter-sql.js';
export { findHeldTexts, type TextColumn } from './held-texts.js';
export { type KeyList, planKeyList } from './key-list.js';
export { type PartList, planPartExtent } from './part-list-sql.js';
export { planRead, type ReadColumn, type ReadPlan, type ReadRequest } from './plan-read.js';
export { READ_ERRORS, readError } from './read-errors.js';
export { createAliases, createScope } from './read-scope.js';
export { findKeyFields, fromKeyText, keyTextSql, toKeyText } from './record-key.js';
export { leadsToOne } from './tree/linkage-sql.js';
export { planTree } from './tree/plan-tree.js';
export type { TreeNode, TreeOrder, TreePlan, TreeRequest, TreeRow } from './tree/tree-request.js';
export { treeRowParts } from './tree/tree-row-sql.js';
export { readWhere } from './where-parser.js';
