// What a reading of records with the records around them asks for, and what it answers.
import type { Entity, Field } from '../../../catalog/catalog.js';
import type { Filter } from '../filter.js';

/** One kind of record to be read, and what is read around each of them. */
export interface TreeNode {
  readonly entity: Entity;
  /** Members of the record's object, by the names they are to have. */
  readonly members: readonly { readonly name: string; readonly field: Field }[];
  /** Relations of which the keys of the related records are read. */
  readonly linkage: readonly string[];
  /** Relations whose records are read too. */
  readonly include: readonly { readonly relation: string; readonly node: TreeNode }[];
}

export interface TreeOrder {
  readonly path: readonly string[];
  readonly descending?: boolean;
}

export interface TreeRequest {
  readonly root: TreeNode;
  /** Ids are those by which this system knows the records: those that are asked for, and those of the answer. */
  readonly system?: string;
  readonly filter?: Filter;
  /** Only the record with this key. */
  readonly key?: string;
  /** Only records that `relation` leads to from the record of `entity` with this key. */
  readonly from?: { readonly entity: Entity; readonly key: string; readonly relation: string };
  readonly order?: readonly TreeOrder[];
  readonly limit: number;
  /** True: one record more is read, without what is around it, so that the caller knows whether there are more. Default false. */
  readonly peek?: boolean;
  /** Records passed over, for pages by number. Default 0. */
  readonly offset?: number;
  /** A record's `place`, of a reading in the same order: only what comes after it, or before it. */
  readonly after?: readonly (string | null)[];
  readonly before?: readonly (string | null)[];
  /** True: also how many records there are without limit and place. */
  readonly total?: boolean;
  /** Most related records of one kind; one more is read, so that the caller notices. Default 1,000. */
  readonly includeLimit?: number;
}

export interface TreePlan {
  readonly sql: string;
  readonly parameters: readonly string[];
  /** The nodes in the order in which the rows name them: the root, then what is included, depth first. */
  readonly nodes: readonly TreeNode[];
  /** False where no key gives records a place: then there are no cursors. */
  readonly ordered: boolean;
  /** True if rows come backwards: those before a place. */
  readonly reversed: boolean;
}

/** A row of the answer. */
export interface TreeRow {
  /** Index into `nodes`; -1: the row holds the total, as `id`. */
  readonly node: number;
  readonly id: string;
  /** The object, as JSON. */
  readonly members: string;
  /** By relation of `linkage`: a key, null, or a list of keys; as JSON. */
  readonly linkage: string;
  /** Changes with every write of the record; null where PostgreSQL has none, as of views. Root only. */
  readonly version: string | null;
  /** Where it stands in the order, as JSON. Root only. */
  readonly place: string | null;
}
