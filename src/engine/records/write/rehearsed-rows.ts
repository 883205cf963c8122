// In a dry run nothing is stored by which a later chunk could tell that its row means a record the source had before,
// where only the server knows which spellings are one identity: the identities met are kept beside.
import type { Client } from '../../../foundation/postgres/database.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { meetsByServer } from './settle-duplicates.js';
import { STAGE, stageValue } from './stage-table.js';
import type { DuplicatePair } from './staged-chunk.js';

const REHEARSED = 'pg_temp._dovetail_rehearsed';

const identityOf = (plan: WritePlan): readonly StageColumn[] => plan.columns.slice(0, plan.identityColumns);

const sameIdentity = (plan: WritePlan): string =>
  identityOf(plan)
    .map((column) => `m.${column.name} = ${stageValue(column)}`)
    .join(' and ');

/** Staged rows whose identity a chunk of the dry run before had, each with the row that had it. */
export async function listRehearsed(client: Client, plan: WritePlan): Promise<readonly DuplicatePair[]> {
  if (!meetsByServer(plan)) return [];
  const columns = identityOf(plan).map((column) => `${column.name} ${column.field.type.sql}`);
  await client.query(
    `create temporary table if not exists _dovetail_rehearsed (_row int8, _line int8, ${columns.join(', ')}) on commit drop`,
  );
  const found = await client.query<Record<'earlier' | 'earlier_line' | 'later' | 'later_line', string>>(
    `select m._row as earlier, m._line as earlier_line, s._row as later, s._line as later_line
     from ${STAGE} s join ${REHEARSED} m on ${sameIdentity(plan)} order by s._row`,
  );
  return found.rows.map((row) => ({
    earlier: Number(row.earlier),
    earlierLine: Number(row.earlier_line),
    later: Number(row.later),
    laterLine: Number(row.later_line),
  }));
}

/** Notes the identities of the staged rows that would be written; a later row takes the place of an earlier one. */
export async function rememberRehearsed(
  client: Client,
  plan: WritePlan,
  failed: readonly number[],
): Promise<void> {
  if (!meetsByServer(plan)) return;
  const good = `s._row <> all($1::int8[]) and s._say is distinct from 'x'`;
  await client.query(`delete from ${REHEARSED} m using ${STAGE} s where ${good} and ${sameIdentity(plan)}`, [
    failed,
  ]);
  const values = identityOf(plan).map((column) => stageValue(column));
  await client.query(
    `insert into ${REHEARSED} select s._row, s._line, ${values.join(', ')} from ${STAGE} s where ${good}`,
    [failed],
  );
}
