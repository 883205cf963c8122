// What a subscription sees of one entity, bound to the owner's catalog: which fields and relationships, which records, which operations.

import type { Catalog, Entity, Field } from '../../../engine/catalog/index.js';
import type { Attribute, Relationship, ResourceShape } from '../../../engine/documents/index.js';
import type { CelExpression } from '../../../engine/mapping/index.js';
import type { Operation, PayloadForm } from '../subscription.js';

export interface EntityView {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly shape: ResourceShape;
  /** Fields of the key, in its order. */
  readonly key: readonly Field[];
  readonly operations: ReadonlySet<Operation>;
  readonly form: PayloadForm;
  readonly attributes: readonly Attribute[];
  readonly relationships: readonly Relationship[];
  /** Columns that the document is made of, the key among them. */
  readonly columns: readonly string[];
  /** An update that changed none of them is none; absent: any counts. */
  readonly watched?: ReadonlySet<string>;
  /** The owner's rule: the column and its values; absent: all records. */
  readonly rule?: { readonly column: string; readonly values: ReadonlySet<string> };
  readonly filter?: CelExpression;
  /** Columns that rule and filter look at. */
  readonly deciding: readonly string[];
}

/** Views by schema and table. */
export type Views = ReadonlyMap<string, EntityView>;

export const tableKey = (schema: string, table: string): string => `${schema}\0${table}`;
