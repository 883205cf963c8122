// In a dry run nothing is stored, so references to rows of the same source are resolved against a list of the rows met.
import type { Client } from '../../../foundation/postgres/database.js';
import type { Counters } from '../../pipeline/run.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { STAGE } from './stage-table.js';
import type { Judgement } from './write-sql.js';

const MET = 'pg_temp._dovetail_met';

/** Of one way in which rows refer to rows of their own entity: the columns that refer, and those they must equal. */
interface OwnReference {
  readonly from: readonly StageColumn[];
  readonly to: readonly StageColumn[];
}

function ownReferences(plan: WritePlan): readonly OwnReference[] {
  const columnOf = (name: string): StageColumn | undefined =>
    plan.columns.find((column) => column.path === name);
  const named = plan.references
    .filter((reference) => reference.entity.name === plan.entity.name)
    .map((reference) => ({
      from: reference.columns,
      to: reference.columns.map((column) => columnOf(column.field.name)),
    }));
  const plain = plan.ownKeys.map((relation) => ({
    from: relation.fields.map((name) => columnOf(name)),
    to: relation.targetFields.map((name) => columnOf(name)),
  }));
  return [...named, ...plain].flatMap(({ from, to }) => {
    const pair = {
      from: from.filter((column) => column !== undefined),
      to: to.filter((column) => column !== undefined),
    };
    return pair.from.length === from.length && pair.to.length === to.length ? [pair] : [];
  });
}

/** Notes the staged rows that would be written or wait for another. */
export async function rememberRows(
  client: Client,
  plan: WritePlan,
  special: Judgement['special'],
): Promise<void> {
  if (!plan.selfReferring) return;
  const columns = plan.columns.map((column) => `${column.name} text`).join(', ');
  await client.query(
    `create temporary table if not exists _dovetail_met (_row int8, _line int8, _open bool, _found bool, ${columns}) on commit drop`,
  );
  const failed = special.filter(([, action]) => action === 'e').map(([row]) => row);
  const open = special.filter(([, action]) => action === 'p');
  await client.query(
    `insert into ${MET} select s._row, s._line, s._row = any($2::int8[]), s._row = any($3::int8[]),
       ${plan.columns.map((column) => `s.${column.name}::text`).join(', ')}
     from ${STAGE} s where s._row <> all($1::int8[]) and s._say is distinct from 'x'`,
    [failed, open.map(([row]) => row), open.filter(([, , , found]) => found).map(([row]) => row)],
  );
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

async function hasMet(client: Client): Promise<boolean> {
  const there = await client.query<{ met: string | null }>(`select to_regclass('${MET}')::text as met`);
  return there.rows[0]?.met != null;
}

export interface OpenRowsJudgement {
  readonly counters: Partial<Counters>;
  /** Rows that refer to nothing. */
  readonly unknown: readonly { readonly row: number; readonly line: number; readonly value: string }[];
}

/** At the end of the source: which of the rows that waited find their record in it, and which refer to nothing. */
export async function judgeOpenRows(client: Client, plan: WritePlan): Promise<OpenRowsJudgement> {
  if (!plan.selfReferring || !(await hasMet(client))) return { counters: {}, unknown: [] };
  const unknown: { row: number; line: number; value: string }[] = [];
  // A row that refers to a row that fails fails too: again, until nothing changes.
  for (let before = -1; unknown.length > before; ) {
    before = unknown.length;
    for (const { from, to } of ownReferences(plan)) {
      const given = from.map((column) => `m.${column.name} is not null`).join(' and ');
      const same = from.map((column, i) => `o.${to[i]!.name} = m.${column.name}`).join(' and ');
      const gone = await client.query<{ row: string; line: string; value: string }>(
        `delete from ${MET} m where m._open and ${given} and not exists (select from ${MET} o where ${same})
         returning m._row as row, m._line as line, concat_ws(', ', ${from.map((column) => `m.${column.name}`).join(', ')}) as value`,
      );
      unknown.push(
        ...gone.rows.map((row) => ({ row: Number(row.row), line: Number(row.line), value: row.value })),
      );
    }
  }
  const left = await client.query<{ added: number; updated: number }>(
    `select count(*) filter (where not _found)::int as added, count(*) filter (where _found)::int as updated from ${MET} where _open`,
  );
  const { added, updated } = left.rows[0]!;
  return {
    unknown,
    counters: { added, updated, failed: unknown.length, postponed: -(added + updated + unknown.length) },
  };
}
