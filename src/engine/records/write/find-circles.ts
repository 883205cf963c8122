// Which of the rows that wait for each other form circles, found by the server over all of them however far apart they
// stand in the source; what belongs together is written together.
import Cursor from 'pg-cursor';
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { andSeen } from '../record-rule-sql.js';
import { ownReferences } from './own-references.js';
import type { WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { stageType, stageValue } from './stage-table.js';

const NODES = 'pg_temp._dovetail_nodes';
const EDGES = 'pg_temp._dovetail_edges';

/** Rounds of taking off what only hangs on a circle. What is left too much makes a batch larger than it need be, no more. */
const TRIM_ROUNDS = 40;

/**
 * Batches of postponed rows of the run (their ordinals) that can be written each in a transaction of its own: whole circles,
 * as many as fit into `limit` rows, or one that is larger. Rows that refer to nothing, or only hang on a circle, are in none.
 * To be called in a transaction, at whose end its tables are gone. Costs some passes over the postponed rows, and some
 * bytes of memory for each row in a circle, none for the others.
 */
export async function findCircles(
  client: Client,
  plan: WritePlan,
  runId: string,
  limit: number,
): Promise<readonly Float64Array[]> {
  if (ownReferences(plan).length === 0) return [];
  await client.query(`set local work_mem = '64MB'; set local jit = off`);
  await makeGraph(client, plan, runId);
  await dropLost(client);
  for (let round = 0; round < TRIM_ROUNDS && (await dropHanging(client)) > 0; ) round++;
  return readBatches(client, limit);
}

/** An edge to each row referred to; `target` is null where there is none, and there is no edge to what is stored. */
async function makeGraph(client: Client, plan: WritePlan, runId: string): Promise<void> {
  const ways = ownReferences(plan);
  const used = plan.columns.filter((column) =>
    ways.some(({ from, to }) => from.includes(column) || to.includes(column)),
  );
  const values = used.map((column) => `data[${column.index + 1}]::${stageType(column)} as ${column.name}`);
  // A table of its own, because the server must know how large it is to choose a way through it.
  await client.query(
    `create temporary table _dovetail_nodes on commit drop as
       select row, ${values.join(', ')} from dovetail.run_postponed where run_id = $1`,
    [runId],
  );
  await client.query(`create temporary table _dovetail_edges (source int8, target int8) on commit drop`);
  await client.query(`create unique index on ${NODES} (row); analyze ${NODES}`);
  for (const { from, to } of ways) {
    const given = from.map((column) => `s.${column.name} is not null`).join(' and ');
    const same = from.map((column, i) => `o.${to[i]!.name} = s.${column.name}`).join(' and ');
    const stored = from.map((column, i) => `t.${ident(to[i]!.path)} = ${stageValue(column)}`).join(' and ');
    await client.query(
      `insert into ${EDGES} select s.row, o.row from ${NODES} s left join ${NODES} o on ${same}
       where ${given} and not exists (select from ${storedIn(plan.entity)} t where ${stored}${andSeen(plan.entity, 't')})`,
    );
  }
  await client.query(
    `create index on ${EDGES} (source); create index on ${EDGES} (target); analyze ${EDGES}`,
  );
}

/** Rows that refer to nothing, and those that refer to them, and so on. */
async function dropLost(client: Client): Promise<void> {
  await client.query(
    `with recursive lost (row) as (
       select source from ${EDGES} where target is null
       union select e.source from lost join ${EDGES} e on e.target = lost.row)
     delete from ${NODES} n using lost where n.row = lost.row`,
  );
  await forgetEdges(client);
}

/** Rows that nobody refers to wait for others, but nobody waits for them. Returns how many there were. */
async function dropHanging(client: Client): Promise<number> {
  const gone = await client.query(
    `delete from ${NODES} n where not exists (select from ${EDGES} e where e.target = n.row)`,
  );
  if (gone.rowCount) await forgetEdges(client);
  return gone.rowCount ?? 0;
}

async function forgetEdges(client: Client): Promise<void> {
  await client.query(
    `delete from ${EDGES} e where not exists (select from ${NODES} n where n.row = e.source)`,
  );
}

/** The circles' rows put together to batches. */
async function readBatches(client: Client, limit: number): Promise<readonly Float64Array[]> {
  const counted = await client.query<{ count: number }>(`select count(*)::int as count from ${NODES}`);
  const groups = createGroups(counted.rows[0]!.count);
  const rows = new Float64Array(counted.rows[0]!.count);
  let n = 0;
  for await (const { row } of listRows<{ row: string }>(client, `select row from ${NODES} order by row`)) {
    rows[n++] = Number(row);
  }
  // Dense numbers instead of ordinals, so that the groups lie in one array.
  const edges = `with node as (select row, row_number() over (order by row) - 1 as n from ${NODES})
    select s.n as source, t.n as target from ${EDGES} e join node s on s.row = e.source join node t on t.row = e.target`;
  for await (const edge of listRows<{ source: string; target: string }>(client, edges)) {
    groups.unite(Number(edge.source), Number(edge.target));
  }
  return toBatches(groups.list(), limit).map((batch) => Float64Array.from(batch, (at) => rows[at]!).sort());
}

/** Whole groups in the order of their first members, as many to a batch as fit. */
function toBatches(groups: Iterable<readonly number[]>, limit: number): readonly (readonly number[])[] {
  const batches: number[][] = [];
  for (const group of groups) {
    const last = batches.at(-1);
    if (last === undefined || last.length + group.length > limit) batches.push([...group]);
    else for (const member of group) last.push(member);
  }
  return batches;
}

/** Sets of numbers below `count` that are united pair by pair. */
function createGroups(count: number) {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const rootOf = (of: number): number => {
    let root = of;
    while (parent[root] !== root) {
      // Every second step is cut short, so that paths stay flat.
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  };
  return {
    unite(a: number, b: number): void {
      const [first, second] = [rootOf(a), rootOf(b)];
      parent[Math.max(first, second)] = Math.min(first, second);
    },
    list(): Iterable<readonly number[]> {
      const groups = new Map<number, number[]>();
      for (let i = 0; i < count; i++) {
        const root = rootOf(i);
        const group = groups.get(root);
        if (group) group.push(i);
        else groups.set(root, [i]);
      }
      return groups.values();
    },
  };
}

async function* listRows<R>(client: Client, sql: string): AsyncGenerator<R> {
  const cursor = client.query(new Cursor<R>(sql));
  try {
    for (let rows = await cursor.read(5_000); rows.length > 0; rows = await cursor.read(5_000)) yield* rows;
  } finally {
    await cursor.close();
  }
}
