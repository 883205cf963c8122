// Brings our own schema up to date: plain SQL files, applied once each, in order, and never edited after release.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../config/package-folder.js';
import type { Client, Database, Queryable } from './database.js';
import { postgresError } from './postgres-errors.js';
import { ident, literal } from './sql-text.js';

/** The schema everything of ours lies in. */
export const SCHEMA = 'dovetail';
/** On the schema when we made it: tells `uninstall` to remove it. */
export const SCHEMA_COMMENT = 'Made by Dovetail; removed by "dovetail uninstall".';
export const MIGRATIONS_FOLDER = join(PACKAGE_FOLDER, 'migrations');

export interface Migration {
  readonly number: number;
  /** File name without `.sql`: `000001-runs`. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** Reads the migrations of a folder, in order. Throws POSTGRES-205 if it can't, or if two share a number. */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<readonly Migration[]> {
  const files = await readdir(folder).catch((cause: Error) => {
    throw postgresError(205, {
      detail: `${folder}: ${cause.message}`,
      hint: 'Install Dovetail again.',
      cause,
    });
  });
  const migrations = await Promise.all(
    files.filter((file) => file.endsWith('.sql')).map((file) => readMigration(folder, file)),
  );
  migrations.sort((a, b) => a.number - b.number);
  migrations.forEach((migration, index) => {
    const before = migrations[index - 1];
    if (before?.number !== migration.number) return;
    throw postgresError(205, {
      detail: `${before.name} and ${migration.name} have the same number.`,
      hint: 'Give the later one the next free number.',
    });
  });
  return migrations;
}

async function readMigration(folder: string, file: string): Promise<Migration> {
  const number = /^(\d{6})-[a-z0-9-]+\.sql$/.exec(file)?.[1];
  if (number === undefined) {
    throw postgresError(205, {
      detail: `${file} is not named like 000001-name.sql.`,
      hint: 'Six digits, a dash, a name in kebab-case.',
    });
  }
  // A checkout may have turned the line ends around; that is no change.
  const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n');
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { number: Number(number), name: file.slice(0, -'.sql'.length), sql, checksum };
}

/** What was applied to a database, in order; empty if our schema isn't there. Throws POSTGRES-204 if it may not be read. */
export async function readApplied(database: Queryable): Promise<readonly AppliedMigration[]> {
  if (!(await hasMigrationsTable(database))) return [];
  const { rows } = await database
    .query<AppliedMigration & Record<string, unknown>>(SELECT_APPLIED)
    .catch((cause: Error & { code?: string }) => {
      throw cause.code === '42501' ? refusedError(cause) : cause;
    });
  return rows;
}

/**
 * The migrations a database still lacks. Throws POSTGRES-201 if an applied one has changed since, POSTGRES-202 if the
 * database has some that we don't know.
 */
export function listPending(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const one of applied) {
    const ours = migrations.find((migration) => migration.number === one.number);
    if (ours === undefined) {
      throw postgresError(202, {
        detail: `The database has the migration ${one.name}, which this Dovetail doesn't know.`,
        hint: 'Use the newer Dovetail that made it.',
      });
    }
    if (ours.checksum !== one.checksum) {
      throw postgresError(201, {
        detail: `The migration ${ours.name} differs from what was applied to this database.`,
        hint: 'Put the released file back and write the change as a new migration.',
      });
    }
  }
  return migrations.filter((migration) => !applied.some((one) => one.number === migration.number));
}

/**
 * Applies what is missing and returns it. Each migration commits by itself, with its line in `dovetail.migrations`;
 * processes that come at once wait for each other. Throws POSTGRES-201 to 206.
 */
export async function migrate(
  database: Database,
  migrations?: readonly Migration[],
): Promise<readonly Migration[]> {
  const known = migrations ?? (await readMigrations());
  if (listPending(known, await readApplied(database)).length === 0) return [];
  await database.transaction(async (client) => {
    await waitForLock(client);
    await prepareSchema(client);
  });
  const done: Migration[] = [];
  for (;;) {
    const next = await database.transaction((client) => applyNext(client, known));
    if (next === undefined) return done;
    done.push(next);
  }
}

/** The statements that make room for the migrations, as they would be run on an empty database. */
export const BOOTSTRAP_STATEMENTS: readonly string[] = [
  `create schema ${ident(SCHEMA)}`,
  `comment on schema ${ident(SCHEMA)} is ${literal(SCHEMA_COMMENT)}`,
  `create table ${ident(SCHEMA)}.migrations (
  number      integer primary key,
  name        text not null,
  checksum    text not null,
  applied_at  timestamptz not null default now()
)`,
  `comment on table ${ident(SCHEMA)}.migrations is 'What was applied to this schema, and when.'`,
];

// Held to the end of the transaction, so that it also holds behind a pooler that shares sessions.
async function waitForLock(client: Client): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('dovetail.migrations', 0))`);
}

async function prepareSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ exists: boolean; things: string }>(SELECT_SCHEMA_STATE, [SCHEMA]);
  const state = rows[0]!;
  if (await hasMigrationsTable(client)) return;
  if (Number(state.things) > 0) {
    throw postgresError(206, {
      detail: `The database has a schema "${SCHEMA}" with ${state.things} tables in it that Dovetail did not make.`,
      hint: 'Rename that schema, or use another database.',
    });
  }
  // A schema made for us beforehand, by someone with the right to, is used as it is.
  for (const statement of BOOTSTRAP_STATEMENTS.slice(state.exists ? 2 : 0)) await run(client, statement);
}

async function applyNext(client: Client, known: readonly Migration[]): Promise<Migration | undefined> {
  await waitForLock(client);
  const next = listPending(known, await readApplied(client))[0];
  if (next === undefined) return undefined;
  await run(client, next.sql, next);
  await client.query(INSERT_APPLIED, [next.number, next.name, next.checksum]);
  return next;
}

async function run(client: Client, sql: string, migration?: Migration): Promise<void> {
  await client.query(sql).catch(async (cause: Error & { code?: string; position?: string }) => {
    if (cause.code === '42501') throw refusedError(cause);
    const line = sql.slice(0, Number(cause.position ?? 1) - 1).split('\n').length;
    throw postgresError(203, {
      detail: `${migration?.name ?? 'Making the schema'}: ${cause.message}`,
      hint: 'Nothing of it was kept. Report it with the version of PostgreSQL.',
      ...(migration === undefined ? {} : { pointer: { file: `migrations/${migration.name}.sql`, line } }),
      cause,
    });
  });
}

async function hasMigrationsTable(database: Queryable): Promise<boolean> {
  // Not by to_regclass, which fails where the role may not look into the schema.
  const { rowCount } = await database.query(SELECT_MIGRATIONS_TABLE, [SCHEMA]);
  return rowCount === 1;
}

function refusedError(cause: Error) {
  return postgresError(204, {
    detail: `${cause.message}.`,
    hint: 'Run "dovetail init" to see which rights are missing, with the statements that grant them.',
    cause,
  });
}

const SELECT_MIGRATIONS_TABLE = `
  select from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = 'migrations'`;
const SELECT_SCHEMA_STATE = `
  select
    exists (select from pg_namespace where nspname = $1) as exists,
    (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')) as things`;
const SELECT_APPLIED = `select number, name, checksum from ${SCHEMA}.migrations order by number`;
const INSERT_APPLIED = `insert into ${SCHEMA}.migrations (number, name, checksum) values ($1, $2, $3)`;
