// Which other record, or line, has the unique value that a row wants: looked up within bounds, as a hundred thousand tell no more.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { UniqueKey } from '../../catalog/catalog.js';
import { andSeen } from '../record-rule-sql.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { shorten } from './row-issues.js';
import type { RowReport } from './row-report.js';
import { STAGE, stageValue } from './stage-table.js';

/** What to do about a value that is taken. `row` must still be staged for its owner to be named. */
export async function uniqueHint(
  client: Client,
  plan: WritePlan,
  key: UniqueKey | undefined,
  row: number,
  report: RowReport,
): Promise<string> {
  const fields = key?.fields.join(' and ') ?? 'its unique fields';
  const owner = key && (await findOwner(client, plan, key, row, report));
  return owner === undefined
    ? `Give it another ${fields}, or mend the record that has it.`
    : `${owner} has it: give another ${fields}, or mend that one.`;
}

async function findOwner(
  client: Client,
  plan: WritePlan,
  key: UniqueKey,
  row: number,
  { hintBudget }: RowReport,
): Promise<string | undefined> {
  const columns = key.fields.map((name) => findPlainColumn(plan, name));
  if (hintBudget.left <= 0 || columns.some((column) => column === undefined)) return undefined;
  hintBudget.left--;
  const own = columns as readonly StageColumn[];
  const staged = await client.query<{ line: string }>(findStaged(own), [row]);
  if (staged.rows[0]) return `Line ${staged.rows[0].line}`;
  const { entity } = plan;
  const names = plan.identity.length > 0 ? plan.identity : plan.key;
  if (names.length === 0) return undefined;
  const stored = await client.query<{ owner: string }>(
    `select concat_ws(', ', ${names.map(({ name }) => `o.${ident(name)}::text`).join(', ')}) as owner
     from ${STAGE} s join ${storedIn(entity)} o
       on ${key.fields.map((name, i) => `o.${ident(name)} = ${stageValue(own[i]!)}`).join(' and ')}${andSeen(entity, 'o')}
     where s._row = $1 limit 1`,
    [row],
  );
  return stored.rows[0] && `${entity.name} '${shorten(stored.rows[0].owner)}'`;
}

/** The column that gives the field as it is; none where a reference sets it. */
function findPlainColumn(plan: WritePlan, name: string): StageColumn | undefined {
  return plan.sets.find((set) => set.field.name === name && !set.reference)?.columns[0];
}

function findStaged(columns: readonly StageColumn[]): string {
  const same = columns.map((column) => `${stageValue(column, 'o')} = ${stageValue(column)}`).join(' and ');
  return `select o._line as line from ${STAGE} s join ${STAGE} o on ${same}
    where s._row = $1 and o._row <> $1 order by o._row limit 1`;
}
