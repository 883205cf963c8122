// In a dry run nothing is stored, so references to rows of the same source are resolved against a list of the rows met.
import Cursor from 'pg-cursor';
import { type CellTexts, toCellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { Counters } from '../../pipeline/run.js';
import { findHardWays } from './break-circles.js';
import { ownReferences } from './own-references.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import type { RowReport } from './row-report.js';
import { STAGE } from './stage-table.js';
import type { Judgement } from './write-sql.js';

/** Absent as long as no row was met: `hasMet`. */
export const MET = 'pg_temp._dovetail_met';

/**
 * Notes the staged rows that would be written or wait for another. Returns how many that waited gave way to a later row
 * with their identity.
 */
export async function rememberRows(
  client: Client,
  plan: WritePlan,
  special: Judgement['special'],
  report: RowReport,
): Promise<number> {
  if (!plan.selfReferring) return 0;
  const columns = plan.columns.map((column) => `${column.name} text`).join(', ');
  await client.query(
    `create temporary table if not exists _dovetail_met
       (_row int8, _line int8, _open bool, _found bool, _lost int, _stuck bool, _cells text[], _kinds text, ${columns}) on commit drop`,
  );
  const replaced = await client.query(`delete from ${MET} where _open and _row = any($1::int8[])`, [
    report.replaced.map((pair) => pair.earlier),
  ]);
  const failed = special.filter(([, action]) => action === 'e').map(([row]) => row);
  const open = special
    .filter(([, action]) => action === 'p')
    .map(([row, , , found]) => {
      const came = report.cellsOf(row);
      return { row, found, ...(came && toCellTexts(came)) };
    });
  await client.query(
    `insert into ${MET} select s._row, s._line, p.row is not null, coalesce(p.found, false), null, false, p.cells, p.kinds,
       ${plan.columns.map((column) => `s.${column.name}::text`).join(', ')}
     from ${STAGE} s left join json_to_recordset($2) as p (row int8, found bool, cells text[], kinds text) on p.row = s._row
     where s._row <> all($1::int8[]) and s._say is distinct from 'x'`,
    [failed, JSON.stringify(open)],
  );
  return replaced.rowCount ?? 0;
}

/** After a probe of the rows from `first` to `last`: only those wait that waited there too, and those it refused are out. */
export async function correctRows(
  client: Client,
  plan: WritePlan,
  probed: {
    readonly first: number;
    readonly last: number;
    readonly waiting: readonly number[];
    readonly failed: readonly number[];
  },
): Promise<void> {
  if (!plan.selfReferring || !(await hasMet(client))) return;
  const { first, last, waiting, failed } = probed;
  await client.query(`delete from ${MET} where _row = any($1::int8[])`, [failed]);
  await client.query(
    `update ${MET} set _open = _row = any($3::int8[]) where _row between $1 and $2 and _open <> (_row = any($3::int8[]))`,
    [first, last, waiting],
  );
}

export async function hasMet(client: Client): Promise<boolean> {
  const there = await client.query<{ met: string | null }>(`select to_regclass('${MET}')::text as met`);
  return there.rows[0]?.met != null;
}

/** At the end of the source: which of the rows that waited find their record in it, and which refer to nothing. */
export async function judgeOpenRows(client: Client, plan: WritePlan): Promise<Partial<Counters>> {
  if (!plan.selfReferring || !(await hasMet(client))) return {};
  const ways = ownReferences(plan);
  // A row that refers to a row that fails fails too: again, until nothing changes.
  for (let more = true; more; ) {
    more = false;
    for (const [way, { from, to }] of ways.entries()) {
      const given = from.map((column) => `m.${column.name} is not null`).join(' and ');
      const same = from.map((column, i) => `o.${to[i]!.name} = m.${column.name}`).join(' and ');
      const lost = await client.query(
        `update ${MET} m set _lost = ${way} where m._open and m._lost is null and ${given}
           and not exists (select from ${MET} o where o._lost is null and ${same})`,
      );
      more ||= (lost.rowCount ?? 0) > 0;
    }
  }
  await markStuck(client, plan);
  const counted = await client.query<{ added: number; updated: number; failed: number }>(
    `select count(*) filter (where _lost is null and not _found)::int as added,
       count(*) filter (where _lost is null and _found)::int as updated, count(_lost)::int as failed
     from ${MET} where _open`,
  );
  const { added, updated, failed } = counted.rows[0]!;
  return { added, updated, failed, postponed: -(added + updated + failed) };
}

/** Where circles can't be broken: the rows of circles, and those that hang on them. */
async function markStuck(client: Client, plan: WritePlan): Promise<void> {
  const ways = ownReferences(plan);
  const hard = findHardWays(plan);
  if (hard.length === 0) return;
  await client.query(`update ${MET} set _stuck = _open and _lost is null`);
  const waits = hard.map(({ from, to }) => {
    const given = from.map((column) => `m.${column.name} is not null`).join(' and ');
    const same = from.map((column, i) => `o.${to[i]!.name} = m.${column.name}`).join(' and ');
    return `${given} and not exists (select from ${MET} o where not o._stuck and o._lost is null and ${same})`;
  });
  for (let freed = 1; freed > 0; ) {
    const result = await client.query(
      `update ${MET} m set _stuck = false where _stuck and not (${waits.join(' or ')})`,
    );
    freed = result.rowCount ?? 0;
  }
  const way = ways.findIndex(({ from }) => from === hard[0]!.from);
  await client.query(`update ${MET} set _lost = ${way} where _stuck`);
}

/** A row that refers to a record which neither is stored nor comes in the source. */
export interface LostRow extends Partial<CellTexts> {
  readonly row: number;
  readonly line: number;
  readonly value: string;
  /** The first column that refers. */
  readonly column: StageColumn;
  /** True if the record is in the source, but can't be written before the row itself is, nor the row before it. */
  readonly stuck: boolean;
}

/** The rows that `judgeOpenRows` found to refer to nothing, in the order of the source, however many. */
export async function* listLost(client: Client, plan: WritePlan): AsyncGenerator<LostRow> {
  if (!plan.selfReferring || !(await hasMet(client))) return;
  const ways = ownReferences(plan);
  const values = ways.map(
    ({ from }, i) =>
      `when ${i} then left(concat_ws(', ', ${from.map((column) => column.name).join(', ')}), 200)`,
  );
  const cursor = client.query(
    new Cursor<{
      row: string;
      line: string;
      way: number;
      stuck: boolean;
      value: string;
      cells: CellTexts['cells'];
      kinds: string;
    }>(
      `select _row as row, _line as line, _lost as way, _stuck as stuck, case _lost ${values.join(' ')} end as value, _cells as cells, _kinds as kinds
       from ${MET} where _lost is not null order by _row`,
    ),
  );
  try {
    for (let rows = await cursor.read(1_000); rows.length > 0; rows = await cursor.read(1_000)) {
      for (const { row, line, way, stuck, value, cells, kinds } of rows) {
        const came = cells === null ? {} : { cells, kinds };
        yield { row: Number(row), line: Number(line), value, stuck, column: ways[way]!.from[0]!, ...came };
      }
    }
  } finally {
    await cursor.close();
  }
}
