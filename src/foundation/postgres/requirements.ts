// What a database must offer before Dovetail can work on it, checked and said in plain words.
import { findPooler } from './connection-pooler.js';
import type { Database } from './database.js';
import type { Finding } from './finding.js';
import { SCHEMA } from './migrations.js';
import { readMissingRights } from './missing-rights.js';
import { ident } from './sql-text.js';

export type { Finding } from './finding.js';

export interface RequirementOptions {
  /** Schemas of the application to look at. Default: all but the system's and ours. */
  readonly schemas?: readonly string[];
  /** Schemas of ours, never looked at. Default `dovetail` and `dovetail_jobs`. */
  readonly ownSchemas?: readonly string[];
}

/** Oldest version that works: it has `merge`, and its logical replication carries what the change stream needs. */
const OLDEST_MAJOR = 15;

/** Checks a database. Reads only, needs no rights beyond connecting, and takes well under a second. */
export async function listFindings(
  database: Database,
  options: RequirementOptions = {},
): Promise<readonly Finding[]> {
  const { rows } = await database.query<ServerState & Record<string, unknown>>(SELECT_SERVER_STATE, [SCHEMA]);
  const state = rows[0]!;
  const ownSchemas = options.ownSchemas ?? [SCHEMA, 'dovetail_jobs'];
  return [
    checkVersion(state),
    checkEncoding(state),
    checkWritable(state),
    await checkPooler(database),
    checkSchema(state),
    ...(await readMissingRights(database, state.role, ownSchemas, options.schemas)),
    checkWalLevel(state),
    ...listSlotNotes(state),
  ];
}

/** True if nothing is missing. */
export function isReady(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.level !== 'missing');
}

interface ServerState {
  readonly version: string;
  readonly major: number;
  readonly encoding: string;
  readonly standby: boolean;
  readonly readOnly: boolean;
  readonly walLevel: string;
  readonly isSlotUnlimited: boolean;
  readonly mayReplicate: boolean;
  readonly database: string;
  readonly role: string;
  readonly mayCreateSchema: boolean;
  readonly hasSchema: boolean;
  readonly mayUseSchema: boolean;
  readonly isSchemaOurs: boolean;
  readonly things: number;
}

function checkVersion({ version, major }: ServerState): Finding {
  if (major >= OLDEST_MAJOR) return { code: 'version', level: 'ok', says: `PostgreSQL ${version}` };
  const says = `PostgreSQL ${version} is too old: Dovetail needs ${OLDEST_MAJOR} or newer.`;
  return { code: 'version', level: 'missing', says };
}

function checkEncoding({ encoding, database }: ServerState): Finding {
  if (encoding === 'UTF8')
    return { code: 'encoding', level: 'ok', says: 'The database stores text as UTF-8' };
  return {
    code: 'encoding',
    level: encoding === 'SQL_ASCII' ? 'missing' : 'warning',
    says:
      encoding === 'SQL_ASCII'
        ? `The database "${database}" has no encoding (SQL_ASCII): nothing can tell what its bytes mean. Dump it and load it into one with UTF8.`
        : `The database "${database}" stores text as ${encoding}: records with letters it lacks will be refused, one by one.`,
  };
}

function checkWritable({ standby, readOnly }: ServerState): Finding {
  if (standby) {
    const says = 'This server is a standby that can only be read. Connect to the primary.';
    return { code: 'read-only', level: 'missing', says };
  }
  if (!readOnly) return { code: 'read-only', level: 'ok', says: 'The database can be written' };
  return {
    code: 'read-only',
    level: 'missing',
    says: 'Transactions are read-only by default here (default_transaction_read_only).',
    statement: 'alter role current_user set default_transaction_read_only = off;',
  };
}

async function checkPooler(database: Database): Promise<Finding> {
  const pooler = await findPooler(database);
  if (pooler === undefined) return { code: 'pooler', level: 'ok', says: 'The connection is direct' };
  if (pooler === 'session') {
    const says = 'A connection pooler is in between, in session mode: that works.';
    return { code: 'pooler', level: 'note', says };
  }
  return {
    code: 'pooler',
    level: 'missing',
    says:
      'A connection pooler is in between and hands the session to others after each transaction: settings, locks and ' +
      'prepared statements get lost. Connect to PostgreSQL directly, or to a pooler in session mode.',
  };
}

function checkSchema(state: ServerState): Finding {
  const { hasSchema, isSchemaOurs, mayCreateSchema, mayUseSchema, role, database } = state;
  if (hasSchema && !isSchemaOurs && state.things > 0) {
    const says = `The database has a schema "${SCHEMA}" with ${state.things} tables in it that Dovetail did not make.`;
    return { code: 'schema-taken', level: 'missing', says };
  }
  if (hasSchema && mayUseSchema) {
    return { code: 'create-schema', level: 'ok', says: `The schema "${SCHEMA}" is there` };
  }
  if (hasSchema) {
    return {
      code: 'create-schema',
      level: 'missing',
      says: `The role "${role}" may not create tables in the schema "${SCHEMA}".`,
      statement: `grant usage, create on schema ${ident(SCHEMA)} to ${ident(role)};`,
    };
  }
  if (mayCreateSchema) {
    return {
      code: 'create-schema',
      level: 'ok',
      says: `The role "${role}" may create the schema "${SCHEMA}"`,
    };
  }
  return {
    code: 'create-schema',
    level: 'missing',
    says: `The role "${role}" may not create a schema in the database "${database}".`,
    statement: `grant create on database ${ident(database)} to ${ident(role)};`,
  };
}

function checkWalLevel({ walLevel }: ServerState): Finding {
  if (walLevel === 'logical') {
    const says = 'wal_level is logical: changes can be read from the write-ahead log';
    return { code: 'wal-level', level: 'ok', says };
  }
  return {
    code: 'wal-level',
    level: 'note',
    says:
      `wal_level is ${walLevel}: import, export and the API work as they are; changes made by others can be captured ` +
      'by triggers only. To read them from the write-ahead log, run the statement and restart PostgreSQL.',
    statement: `alter system set wal_level = 'logical';`,
  };
}

/** What `dovetail watch` will ask for where it is to read the log. */
function listSlotNotes({ walLevel, isSlotUnlimited, mayReplicate, role }: ServerState): readonly Finding[] {
  if (walLevel !== 'logical') return [];
  const notes: Finding[] = [];
  if (!mayReplicate) {
    notes.push({
      code: 'replication-right',
      level: 'note',
      says: `The role "${role}" may not read the write-ahead log: tables can be watched by triggers only.`,
      statement: `alter role ${ident(role)} replication;`,
    });
  }
  if (isSlotUnlimited) {
    notes.push({
      code: 'slot-limit',
      level: 'note',
      says: 'max_slot_wal_keep_size is -1: the server would keep any amount of WAL for the change stream. dovetail watch asks for a limit, or that you accept it.',
      statement: `alter system set max_slot_wal_keep_size = '10GB'; select pg_reload_conf();`,
    });
  }
  return notes;
}

const SELECT_SERVER_STATE = `
  select
    current_setting('server_version') as version,
    current_setting('server_version_num')::int / 10000 as major,
    current_setting('server_encoding') as encoding,
    pg_is_in_recovery() as standby,
    current_setting('default_transaction_read_only')::bool as "readOnly",
    current_setting('wal_level') as "walLevel",
    (select setting = '-1' from pg_settings where name = 'max_slot_wal_keep_size') as "isSlotUnlimited",
    (select rolsuper or rolreplication from pg_roles where rolname = current_user) as "mayReplicate",
    current_database() as database,
    current_user as role,
    has_database_privilege(current_database(), 'create') as "mayCreateSchema",
    n.oid is not null as "hasSchema",
    n.oid is not null and has_schema_privilege(n.oid, 'usage') and has_schema_privilege(n.oid, 'create') as "mayUseSchema",
    exists (select from pg_class c where c.relnamespace = n.oid and c.relname = 'migrations') as "isSchemaOurs",
    (select count(*)::int from pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')) as things
  from (select) one
  left join pg_namespace n on n.nspname = $1`;
