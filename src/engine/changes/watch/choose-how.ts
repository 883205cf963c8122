// How one table is captured: by the publication where that does no harm, else by triggers; or why it can't be watched.

import type { MemberState, TableState } from './table-state.js';
import type { AlteredIdentity, Capture } from './watching-store.js';

export interface ChosenHow {
  readonly how: 'publication' | 'trigger';
  /** Why so, in plain words; empty where there is nothing to say. */
  readonly says: string;
  /** Tables and partitions that are given `replica identity full`. */
  readonly identities: readonly AlteredIdentity[];
}

export interface Wish {
  readonly capture: Capture;
  /** The operator's consent to `replica identity full`. */
  readonly isFull: boolean;
  readonly serverMajor: number;
}

/** From here on PostgreSQL publishes stored columns that are computed, and refuses updates where it would have to leave one out. */
const PUBLISHES_COMPUTED = 18;

/** Why a table can't be watched at all; undefined if it can. */
export function findObstacle(table: TableState): string | undefined {
  if (table.kind === 'v' || table.kind === 'm') return 'it is a view: watch the tables it is made of';
  if (table.kind === 'f') return 'it lies on another server, where others change it unseen';
  const foreign = table.members.find(({ kind }) => kind === 'f');
  if (foreign !== undefined) {
    return `its partition "${foreign.table}" lies on another server, where others change it unseen`;
  }
  return undefined;
}

export function chooseHow(table: TableState, { capture, isFull, serverMajor }: Wish): ChosenHow {
  const byTrigger = (says: string): ChosenHow => ({ how: 'trigger', says, identities: [] });
  if (capture === 'trigger') return byTrigger('');
  // Partitions that are made later begin without consent: only a primary key comes with them.
  const leaves = table.members.filter(({ kind }) => kind === 'r');
  if (table.members.some(({ isUnlogged }) => isUnlogged)) {
    return byTrigger('it is unlogged, so that the write-ahead log says nothing of it');
  }
  if (
    isFull &&
    serverMajor >= PUBLISHES_COMPUTED &&
    leaves.some(({ hasVirtualColumns }) => hasVirtualColumns)
  ) {
    return byTrigger(
      'it has virtual generated columns, with which PostgreSQL refuses updates under replica identity full',
    );
  }
  const obstacle = findKeyObstacle(table, leaves, isFull, serverMajor);
  if (obstacle !== undefined) return byTrigger(obstacle);
  if (!isFull) return { how: 'publication', says: '', identities: [] };
  const altered = table.members.filter(({ identity }) => identity !== 'f');
  return {
    how: 'publication',
    says: altered.length === 0 ? '' : 'with the whole record as its replica identity, as you ask',
    identities: altered.map(toAltered),
  };
}

function findKeyObstacle(
  table: TableState,
  leaves: readonly MemberState[],
  isFull: boolean,
  serverMajor: number,
): string | undefined {
  const isTold = ({ hasKey, identity }: MemberState) => hasKey || identity === 'f';
  const isPartitioned = table.kind === 'p';
  const root = table.members[0]!;
  if (isPartitioned && !root.hasPrimaryKey) {
    return 'it is partitioned without a primary key, so that a new partition would refuse updates and deletes if it were published';
  }
  if (!isFull && !leaves.every(isTold)) {
    const whose = isPartitioned ? `its partition "${leaves.find((leaf) => !isTold(leaf))!.table}"` : 'it';
    return `${whose} has no usable replica identity, as a primary key is one: published, it would refuse updates and deletes`;
  }
  if (!isFull && serverMajor < PUBLISHES_COMPUTED && leaves.some(({ isKeyGenerated }) => isKeyGenerated)) {
    return 'its key has a generated column, which PostgreSQL does not publish before version 18';
  }
  return undefined;
}

/** The table as it would be if what was altered of it were put back. */
export function toRestored(table: TableState, identities: readonly AlteredIdentity[]): TableState {
  const restore = (member: MemberState): MemberState => {
    const was = identities.find((one) => one.schema === member.schema && one.table === member.table);
    if (was === undefined || member.identity !== 'f') return member;
    const hasKey = was.before === 'd' ? member.hasPrimaryKey : was.before === 'i';
    return { ...member, identity: was.before, identityIndex: was.index, hasKey };
  };
  return { ...table, members: table.members.map(restore) };
}

const toAltered = ({ schema, table, identity, identityIndex }: MemberState): AlteredIdentity => ({
  schema,
  table,
  before: identity as AlteredIdentity['before'],
  index: identity === 'i' ? identityIndex : null,
});
