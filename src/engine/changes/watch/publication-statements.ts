// The one publication, of all tables that are watched by it. What partitions hold is published as their table's: partitions are a matter of
// storage, and no consumer should have to know them.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import { PUBLICATION_COMMENT, type ServerState } from './server-state.js';
import type { TableState } from './table-state.js';

/** `only`, because tables that inherit are watched by themselves. */
const toMember = ({ kind, schema, table }: TableState): string =>
  `${kind === 'p' ? '' : 'only '}${ident(schema, table)}`;

export function toPublishStatements(
  { publication, hasPublication, major }: ServerState,
  added: readonly TableState[],
): string[] {
  const name = ident(publication);
  const list = added.map(toMember).join(', ');
  if (hasPublication) return added.length === 0 ? [] : [`alter publication ${name} add table ${list}`];
  const options = [
    'publish_via_partition_root = true',
    ...(major >= 18 ? ['publish_generated_columns = stored'] : []),
  ];
  return [
    `create publication ${name}${list === '' ? '' : ` for table ${list}`} with (${options.join(', ')})`,
    `comment on publication ${name} is ${literal(PUBLICATION_COMMENT)}`,
  ];
}

export function toUnpublishStatements(publication: string, removed: readonly TableState[]): string[] {
  if (removed.length === 0) return [];
  return [`alter publication ${ident(publication)} drop table ${removed.map(toMember).join(', ')}`];
}

export const toDropPublication = (publication: string): string => `drop publication ${ident(publication)}`;
