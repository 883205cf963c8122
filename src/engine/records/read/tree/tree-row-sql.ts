// A record as a row of a reading's answer.
import { ident } from '../../../../foundation/postgres/sql-text.js';
import { externalIdSql } from '../../external/external-id-sql.js';
import type { ReadScope } from '../read-scope.js';
import { linkageSql } from './linkage-sql.js';
import type { TreeNode } from './tree-request.js';

/**
 * Rows (`TreeRow`) of `name`, a table expression with the entity's columns and `_dt_key`; that of the root also has `_dt_version` and
 * `_dt_place`.
 */
export function treeRowSql(
  scope: ReadScope,
  node: TreeNode,
  number: number,
  name: string,
  kind: 'root' | 'included',
): string {
  const { members, linkage } = treeRowParts(scope, node, name);
  const { system } = scope;
  const id = system === undefined ? '_dt_key' : externalIdSql(system, node.entity, '_dt_key');
  const root =
    kind === 'root'
      ? '_dt_version as version, _dt_place as place'
      : 'null::text as version, null::text as place';
  return `select ${number} as node, ${id} as id, ${members} as members, ${linkage} as linkage, ${root} from ${name}`;
}

/** What stands in a row of a node, as expressions over `name`, a table with the entity's columns. */
export function treeRowParts(
  scope: ReadScope,
  { entity, members, linkage }: TreeNode,
  name: string,
): { readonly members: string; readonly linkage: string } {
  const shown = members.map((member) => `${ident(name, member.field.name)} as ${ident(member.name)}`);
  const keys = linkage.map((relation) => linkageSql(scope, { entity, alias: name }, relation));
  return {
    members:
      shown.length === 0
        ? `'{}'`
        : `(select row_to_json(_dt_row)::text from (select ${shown.join(', ')}) _dt_row)`,
    linkage: keys.length === 0 ? `'[]'` : `array_to_json(array[${keys.join(', ')}])::text`,
  };
}
