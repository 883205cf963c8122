// What setting up and removing Dovetail does to a database, statement by statement, so that it can be shown beforehand.
import type { Client, Database, Queryable } from './database.js';
import {
  BOOTSTRAP_STATEMENTS,
  listPending,
  readApplied,
  readMigrations,
  SCHEMA,
  SCHEMA_COMMENT,
} from './migrations.js';
import { postgresError } from './postgres-errors.js';
import { toStatements } from './sql-script.js';
import { ident } from './sql-text.js';

export interface InstallStep {
  /** In plain words: what this step brings. */
  readonly says: string;
  /** The SQL, as it will be run. */
  readonly statements: readonly string[];
}

export interface InstallPlan {
  /** In order; empty if nothing is left to do. */
  readonly steps: readonly InstallStep[];
  /** Schemas that will be there afterwards, all of whose content is ours. */
  readonly schemas: readonly string[];
}

/**
 * Lists what setting up would do to this database. `jobsSchema` is the schema of the job queue, which makes it by the
 * scripts of `readJobsScripts`; whoever only counts the steps need not have them read. Reads only.
 */
export async function planInstall(
  database: Queryable,
  options: {
    readonly jobsSchema: string;
    readonly readJobsScripts?: () => Promise<readonly string[]>;
    readonly migrationsFolder?: string;
  },
): Promise<InstallPlan> {
  const migrations = await readMigrations(options.migrationsFolder);
  const applied = await readApplied(database);
  const steps: InstallStep[] = [];
  if (applied.length === 0) {
    const made = await hasSchema(database, SCHEMA);
    steps.push({
      says: made
        ? `The schema "${SCHEMA}" is there; in it, a table for what was applied`
        : `The schema "${SCHEMA}", in which everything of Dovetail's lies`,
      statements: BOOTSTRAP_STATEMENTS.slice(made ? 2 : 0),
    });
  }
  for (const migration of listPending(migrations, applied)) {
    steps.push({ says: `Migration ${migration.name}`, statements: toStatements(migration.sql) });
  }
  if (!(await hasSchema(database, options.jobsSchema))) {
    steps.push({
      says: `The schema "${options.jobsSchema}", in which graphile-worker, the job queue, keeps its tables and functions`,
      statements: (await options.readJobsScripts?.()) ?? [`create schema ${ident(options.jobsSchema)}`],
    });
  }
  return { steps, schemas: [SCHEMA, options.jobsSchema] };
}

export interface UninstallOptions {
  readonly jobsSchema: string;
  /** What of ours is on the application's tables, to be put back first. Default: nothing. */
  readonly before?: (database: Queryable) => Promise<readonly InstallStep[]>;
}

/** Lists what removing would do; empty if nothing of ours is there. Reads only. */
export async function planUninstall(
  database: Queryable,
  options: UninstallOptions,
): Promise<readonly InstallStep[]> {
  return [
    ...((await options.before?.(database)) ?? []),
    ...(await planOwnRemoval(database, options.jobsSchema)),
  ];
}

async function planOwnRemoval(database: Queryable, jobsSchema: string): Promise<readonly InstallStep[]> {
  const steps: InstallStep[] = [];
  for (const schema of [jobsSchema, SCHEMA]) {
    if (!(await hasSchema(database, schema))) continue;
    if (schema !== SCHEMA || (await hasOurComment(database))) {
      steps.push({
        says: `The schema "${schema}" with everything in it`,
        statements: [`drop schema ${ident(schema)} cascade`],
      });
      continue;
    }
    const { rows } = await database.query<{ statement: string }>(SELECT_DROPS, [schema]);
    if (rows.length > 0) {
      const statements = rows.map((row) => row.statement);
      steps.push({ says: `What is in the schema "${schema}", which was there before Dovetail`, statements });
    }
  }
  return steps;
}

/**
 * Removes everything of ours in one transaction, and returns what was done. Throws POSTGRES-207, having done nothing,
 * if something outside our schemas (a view, a foreign key) depends on them.
 */
export async function uninstall(
  database: Database,
  options: UninstallOptions,
): Promise<readonly InstallStep[]> {
  return database.transaction(async (client) => {
    const run = async (steps: readonly InstallStep[]): Promise<void> => {
      for (const statement of steps.flatMap((step) => step.statements)) await client.query(statement);
    };
    const first = (await options.before?.(client)) ?? [];
    await run(first);
    // Not earlier: what is put back first depends on our schemas too.
    await refuseDependents(client, [options.jobsSchema, SCHEMA]);
    const own = await planOwnRemoval(client, options.jobsSchema);
    await run(own);
    return [...first, ...own];
  });
}

async function refuseDependents(client: Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(SELECT_DEPENDENTS, [schemas]);
  if (rows.length === 0) return;
  throw postgresError(207, {
    detail: `Outside Dovetail's schemas these depend on them: ${rows.map((row) => row.name).join(', ')}.`,
    hint: 'Drop them first if they are no longer wanted.',
  });
}

async function hasSchema(database: Queryable, schema: string): Promise<boolean> {
  const { rowCount } = await database.query('select from pg_namespace where nspname = $1', [schema]);
  return rowCount === 1;
}

async function hasOurComment(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ comment: string | null }>(
    `select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = $1`,
    [SCHEMA],
  );
  return rows[0]?.comment === SCHEMA_COMMENT;
}

// Functions last: what uses them goes with its table. "if exists", because a cascade may have been quicker.
const SELECT_DROPS = `
  select statement from (
    select 1 as rank, format('drop table if exists %s cascade', c.oid::regclass) as statement
    from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    union all
    select 2, format('drop view if exists %s cascade', c.oid::regclass)
    from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'v'
    union all
    select 3, format('drop sequence if exists %s cascade', c.oid::regclass)
    from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'S'
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
    union all
    select 4, format('drop routine if exists %s cascade', p.oid::regprocedure)
    from pg_proc p where p.pronamespace = $1::regnamespace
    union all
    select 5, format('drop type if exists %s cascade', t.oid::regtype)
    from pg_type t where t.typnamespace = $1::regnamespace and t.typtype in ('e', 'd', 'r')
  ) drops
  order by rank, statement`;

const SELECT_DEPENDENTS = `
  with schemas as (
    select oid from pg_namespace where nspname = any ($1)
  ), ours as (
    select 'pg_class'::regclass as class, c.oid from pg_class c where c.relnamespace in (table schemas)
    union all
    select 'pg_proc'::regclass, p.oid from pg_proc p where p.pronamespace in (table schemas)
    union all
    select 'pg_type'::regclass, t.oid from pg_type t where t.typnamespace in (table schemas)
  )
  select distinct pg_describe_object(d.classid, d.objid, 0) as name
  from pg_depend d
  join ours o on o.class = d.refclassid and o.oid = d.refobjid
  left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
  left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
  left join pg_trigger g on d.classid = 'pg_trigger'::regclass and g.oid = d.objid
  left join pg_policy y on d.classid = 'pg_policy'::regclass and y.oid = d.objid
  left join pg_class c on c.oid = case when d.classid = 'pg_class'::regclass then d.objid
    else coalesce(r.ev_class, nullif(k.conrelid, 0), f.adrelid, g.tgrelid, y.polrelid) end
  left join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
  left join pg_type t on t.oid = case when d.classid = 'pg_type'::regclass then d.objid else k.contypid end
  where d.deptype in ('n', 'a')
    and coalesce(c.relnamespace, p.pronamespace, t.typnamespace) not in (table schemas)
    -- Toast tables and their indexes live in a schema of the system's.
    and coalesce(c.relkind, 'x') <> 't' and d.objid > 16383
  order by name
  limit 20`;
