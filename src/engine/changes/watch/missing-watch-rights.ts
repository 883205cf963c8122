// What is missing before tables can be watched, with the statements that give it, for whoever may.
import type { Finding } from '../../../foundation/postgres/finding.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { ServerState } from './server-state.js';
import type { MemberState } from './table-state.js';
import type { Capture } from './watching-store.js';

const MOST_NAMES = 5;

export function listWatchFindings(
  server: ServerState,
  capture: Capture,
  altered: readonly MemberState[],
  isUnlimitedWalAccepted: boolean,
): readonly Finding[] {
  const forWal = capture === 'wal' ? listWalFindings(server, isUnlimitedWalAccepted) : [];
  return [...listOwnerFindings(server, altered), ...forWal];
}

/** Triggers, publications and replica identities are the owner's to make. */
export function listOwnerFindings(
  { role }: Pick<ServerState, 'role'>,
  altered: readonly MemberState[],
): readonly Finding[] {
  const others = new Map<string, string[]>();
  for (const { isOurs, owner, table } of altered) {
    if (!isOurs) others.set(owner, [...(others.get(owner) ?? []), table]);
  }
  return [...others].map(([owner, names]): Finding => {
    const rest = names.length - MOST_NAMES;
    const list = names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    return {
      code: 'table-owner',
      level: 'missing',
      says: `Only the owner of a table may have it watched. These belong to "${owner}", whose rights the role "${role}" lacks: ${list}.`,
      statement: `grant ${ident(owner)} to ${ident(role)};`,
    };
  });
}

function listWalFindings(server: ServerState, isUnlimitedWalAccepted: boolean): readonly Finding[] {
  const { role, database, walLevel, mayReplicate, mayPublish, slotLimit, freeSlots, hasSlot } = server;
  const findings: Finding[] = [];
  if (walLevel !== 'logical') {
    findings.push({
      code: 'wal-level',
      level: 'missing',
      says: `wal_level is ${walLevel}: the write-ahead log does not tell changes. Run the statement and restart PostgreSQL, or take --capture trigger.`,
      statement: `alter system set wal_level = 'logical';`,
    });
  }
  if (!mayReplicate) {
    findings.push({
      code: 'replication-right',
      level: 'missing',
      says: `The role "${role}" may not read the write-ahead log.`,
      statement: `alter role ${ident(role)} replication;`,
    });
  }
  if (!mayPublish) {
    findings.push({
      code: 'create-publication',
      level: 'missing',
      says: `The role "${role}" may not make a publication in the database "${database}".`,
      statement: `grant create on database ${ident(database)} to ${ident(role)};`,
    });
  }
  if (!hasSlot && freeSlots <= 0) {
    findings.push({
      code: 'slots',
      level: 'missing',
      says: 'Every replication slot of the server is taken: drop one that nobody needs (pg_replication_slots), or run the statement and restart PostgreSQL.',
      statement: 'alter system set max_replication_slots = 20;',
    });
  }
  if (slotLimit === null) {
    findings.push({
      code: 'slot-limit',
      level: isUnlimitedWalAccepted ? 'warning' : 'missing',
      says: isUnlimitedWalAccepted
        ? 'The server keeps any amount of WAL for a slot (max_slot_wal_keep_size), which was accepted.'
        : 'The server keeps any amount of WAL for a slot (max_slot_wal_keep_size is -1): if nobody reads the stream, its disk fills up. ' +
          'Run the statement, or accept it with --accept-unlimited-wal.',
      statement: `alter system set max_slot_wal_keep_size = '10GB'; select pg_reload_conf();`,
    });
  }
  return findings;
}
