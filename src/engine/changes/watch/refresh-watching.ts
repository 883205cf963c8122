// Keeps watching true while the application alters its tables: to be called every now and then by whoever reads the stream. Statements of
// the application itself must never fail because of us, so a table that lost its key leaves the publication at once.
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';
import { runSteps, withLockLimit } from './apply-plan.js';
import { chooseHow, findObstacle, toRestored } from './choose-how.js';
import { toFullStatements } from './identity-statements.js';
import { toUnpublishStatements } from './publication-statements.js';
import { readServerState } from './server-state.js';
import { listTableStates, type TableState } from './table-state.js';
import { toTriggerStatements } from './trigger-statements.js';
import type { WatchStep } from './watch-plan.js';
import {
  findWatching,
  forgetWatched,
  keepWatched,
  lockWatching,
  type WatchedTableRow,
  type Watching,
} from './watching-store.js';

export interface Refreshed {
  /** What was done, in plain words; empty where everything fits. */
  readonly steps: readonly WatchStep[];
  /** Tables whose changes were captured otherwise, or not at all, for a while: they are to be read again. */
  readonly gaps: readonly TableName[];
}

/** Throws CHANGES-204 where a table is in use: then it is done the next time. */
export async function refreshWatching(
  database: Database,
  { lockMs }: { readonly lockMs: number },
): Promise<Refreshed> {
  const planned = await withLockLimit(database, lockMs, planRefresh);
  if (planned === undefined || planned.isNothing) return { steps: [], gaps: [] };
  return withLockLimit(database, lockMs, async (client) => {
    await lockWatching(client);
    const plan = await planRefresh(client);
    if (plan === undefined) return { steps: [], gaps: [] };
    await runSteps(client, plan.steps);
    await forgetWatched(client, plan.forgotten);
    await keepWatched(client, plan.kept);
    return { steps: plan.steps, gaps: plan.gaps };
  });
}

export interface RefreshPlan extends Refreshed {
  readonly isNothing: boolean;
  readonly forgotten: readonly TableName[];
  readonly kept: readonly WatchedTableRow[];
}

/** What `refreshWatching` would do. Undefined where nothing is watched. */
export async function planRefresh(db: Queryable): Promise<RefreshPlan | undefined> {
  const watching = await findWatching(db);
  if (watching === undefined || watching.tables.length === 0) return undefined;
  const server = await readServerState(db, watching.publication ?? undefined);
  const names = await listPresentNames(db, watching);
  const states = await listTableStates(
    db,
    names.map(({ now }) => now),
    server.hasPublication ? server.publication : undefined,
  );
  const steps: WatchStep[] = [];
  const gaps: TableName[] = [];
  const kept: WatchedTableRow[] = [];
  const add = (says: string, statements: readonly string[]): void => {
    if (statements.length > 0) steps.push({ says, statements });
  };
  const gone = watching.tables.filter(
    (one) =>
      !names.some(({ was, now }) => was === one && now.schema === one.schema && now.table === one.table),
  );
  for (const state of states) {
    const { schema, table } = state;
    const was = names.find(({ now }) => now.schema === schema && now.table === table)!.was;
    const obstacle = findObstacle(state);
    if (obstacle !== undefined) {
      const leaving = state.isPublished ? toUnpublishStatements(server.publication, [state]) : [];
      const says = `"${table}" can't be watched any more: ${obstacle}`;
      add(says, [...leaving, ...toTriggerStatements(state, undefined)]);
      gone.push(was);
      continue;
    }
    const how = chooseNow(state, was, watching, server.major);
    if (how === 'publication') {
      const late = state.members.filter(({ identity }) => identity !== 'f');
      if (was.identities.length > 0 && late.length > 0) {
        const added = late.map((m) => ({
          schema: m.schema,
          table: m.table,
          before: m.identity as 'd' | 'n' | 'i',
          index: m.identityIndex,
        }));
        add(`New partitions of "${table}" are told whole, as the others`, toFullStatements(added));
        kept.push({ ...was, schema, table, relation: state.oid, identities: [...was.identities, ...added] });
        continue;
      }
    } else {
      if (state.isPublished) {
        add(
          `"${table}" leaves the publication, because its updates can't be told by a key any more`,
          toUnpublishStatements(server.publication, [state]),
        );
        gaps.push({ schema, table });
      }
      const target = watching.capture === 'wal' ? 'message' : 'outbox';
      add(`Triggers that "${table}" lacks`, toTriggerStatements(state, target));
    }
    if (was.how !== how || was.schema !== schema || was.table !== table || was.relation !== state.oid) {
      kept.push({ ...was, schema, table, relation: state.oid, how });
    }
  }
  return {
    steps,
    gaps,
    kept,
    forgotten: gone,
    isNothing: steps.length === 0 && kept.length === 0 && gone.length === 0,
  };
}

/** What was captured by trigger stays so until somebody asks for something else; what was published stays so while that does no harm. */
function chooseNow(
  state: TableState,
  was: WatchedTableRow,
  { capture }: Watching,
  serverMajor: number,
): 'publication' | 'trigger' {
  if (was.how === 'trigger') return 'trigger';
  const isFull = was.identities.length > 0;
  const asNow = isFull ? state : toRestored(state, []);
  return chooseHow(asNow, { capture, isFull, serverMajor }).how;
}

/** By name; where that is gone, by number: it was renamed. */
async function listPresentNames(
  db: Queryable,
  { tables }: Watching,
): Promise<readonly { readonly was: WatchedTableRow; readonly now: TableName }[]> {
  const { rows } = await db.query<TableName & { place: number } & Record<string, unknown>>(
    `select w.place::int - 1 as place, n.nspname::text as schema, c.relname::text as "table"
     from unnest($1::text[], $2::text[], $3::int8[]) with ordinality as w (schema, name, relation, place)
     join lateral (
       select c.* from pg_class c join pg_namespace m on m.oid = c.relnamespace
       where c.relkind in ('r', 'p') and (c.oid = w.relation or (m.nspname = w.schema and c.relname = w.name))
       order by (m.nspname = w.schema and c.relname = w.name) desc limit 1) c on true
     join pg_namespace n on n.oid = c.relnamespace
     order by 1`,
    [
      tables.map(({ schema }) => schema),
      tables.map(({ table }) => table),
      tables.map(({ relation }) => relation),
    ],
  );
  return rows.map(({ place, schema, table }) => ({ was: tables[place]!, now: { schema, table } }));
}
