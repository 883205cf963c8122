// The keys of the records for which a condition holds, locked until the transaction ends, so that it still holds when they are written.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity } from '../../catalog/catalog.js';
import type { Filter } from './filter.js';
import { toFilterSql } from './filter-sql.js';
import { createAliases, createScope } from './read-scope.js';
import { keySql } from './record-key.js';

export interface KeyList {
  /** Rows have the key as `id`, in no order. */
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** `most`: how many are read. Throws READ-2xx for what the catalog doesn't allow. */
export function planKeyList(catalog: Catalog, entity: Entity, filter: Filter, most: number): KeyList {
  const parameters: string[] = [];
  const scope = createScope(catalog, entity, createAliases());
  const where = toFilterSql(scope, filter, (text) => `$${parameters.push(text)}`);
  const { alias } = scope.root;
  // Whoever may not update has no right to lock; what is deleted meanwhile is noticed all the same.
  const lock = entity.rights?.update === false ? '' : ` for update of ${ident(alias)}`;
  return {
    sql: `select ${keySql(entity, alias)} as id from ${scope.fromSql()} where ${where} limit ${most}${lock}`,
    parameters,
  };
}
