// The front of the read path: what doors may use of it.
export { type Condition, FILTER_OPERATORS, type Filter, type FilterOperator } from './filter.js';
export { findHeldTexts, type TextColumn } from './held-texts.js';
export { type PartList, planPartExtent } from './part-list-sql.js';
export { planRead, type ReadColumn, type ReadPlan, type ReadRequest } from './plan-read.js';
export { READ_ERRORS, readError } from './read-errors.js';
export { readWhere } from './where-parser.js';
