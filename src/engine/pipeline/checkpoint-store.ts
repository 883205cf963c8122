// What a chunk leaves behind in the transaction that wrote it: its checkpoint, its counters, its issues.
import Cursor from 'pg-cursor';
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { COUNTER_NAMES, type Counters, NO_COUNTS, type RunIssue } from './run.js';

export interface Checkpoint {
  readonly partition: number;
  /** Ordinal of the last row of this partition that is done; 0 before the first. */
  readonly row: number;
  readonly counters: Counters;
}

export async function readCheckpoints(db: Queryable, runId: string): Promise<readonly Checkpoint[]> {
  const result = await db.query<{ partition: number; row: string } & Record<keyof Counters, string>>(
    `select partition, row, ${COUNTER_NAMES.join(', ')} from dovetail.run_checkpoints where run_id = $1`,
    [runId],
  );
  return result.rows.map((row) => {
    const counters = { ...NO_COUNTS } as Record<keyof Counters, number>;
    for (const name of COUNTER_NAMES) counters[name] = Number(row[name]);
    return { partition: row.partition, row: Number(row.row), counters };
  });
}

const UPSERT = `
  insert into dovetail.run_checkpoints as c (run_id, partition, row, ${COUNTER_NAMES.join(', ')})
  values ($1, $2, $3, ${COUNTER_NAMES.map((_, i) => `$${i + 4}`).join(', ')})
  on conflict (run_id, partition) do update set row = greatest(c.row, excluded.row),
    ${COUNTER_NAMES.map((name) => `${name} = c.${name} + excluded.${name}`).join(', ')}`;

/** Moves a partition's checkpoint and adds to its counters. To be called in the transaction that wrote the chunk. */
export async function saveCheckpoint(
  client: Queryable,
  runId: string,
  partition: number,
  row: number,
  counters: Counters,
): Promise<void> {
  await client.query(UPSERT, [runId, partition, row, ...COUNTER_NAMES.map((name) => counters[name])]);
}

/**
 * The row a partition's checkpoint stands at, locked until the transaction ends. Waits for a transaction that is about to
 * move it: afterwards it is certain whether that one was committed.
 */
export async function lockCheckpoint(client: Queryable, runId: string, partition: number): Promise<number> {
  const locked = await client.query<{ row: string }>(
    `insert into dovetail.run_checkpoints as c (run_id, partition, row) values ($1, $2, 0)
     on conflict (run_id, partition) do update set row = c.row returning c.row`,
    [runId, partition],
  );
  return Number(locked.rows[0]!.row);
}

// Bounded statements: a chunk of nothing but bad rows must not become one gigantic parameter.
const MOST_ISSUES = 1_000;

/** Adds issues to the run's list. Many go in one statement, as one JSON parameter. */
export async function saveIssues(
  client: Queryable,
  runId: string,
  issues: readonly RunIssue[],
): Promise<void> {
  for (let from = 0; from < issues.length; from += MOST_ISSUES) {
    await client.query(
      `insert into dovetail.run_errors (run_id, severity, row, line, "column", field, value, code, message, hint, cells, kinds)
       select $1, i.severity, i.row, i.line, i."column", i.field, i.value, i.code, i.message, i.hint, i.cells, i.kinds
       from json_to_recordset($2) as i (severity text, row bigint, line bigint, "column" text, field text, value text,
         code text, message text, hint text, cells text[], kinds text)`,
      [runId, JSON.stringify(issues.slice(from, from + MOST_ISSUES))],
    );
  }
}

export interface IssueFilter {
  readonly severity?: 'error' | 'warning';
  readonly code?: string;
  /** Only issues after this id: the last of the page before. */
  readonly after?: string;
  /** Default 100. */
  readonly limit?: number;
}

export interface StoredIssue extends RunIssue {
  readonly id: string;
}

const ISSUE_COLUMNS = 'id, severity, row, line, "column", field, value, code, message, hint, cells, kinds';

/** One page, in the order of the source. */
export async function readIssues(
  db: Queryable,
  runId: string,
  filter: IssueFilter = {},
): Promise<readonly StoredIssue[]> {
  const result = await db.query<IssueRow>(
    `select ${ISSUE_COLUMNS} from dovetail.run_errors e
     where run_id = $1 and ($2::text is null or severity = $2) and ($5::text is null or code = $5)
       and ($3::bigint is null or (coalesce(e.row, 0), e.id) >
         ((select coalesce(p.row, 0) from dovetail.run_errors p where p.id = $3), $3::bigint))
     order by coalesce(e.row, 0), e.id limit $4`,
    [runId, filter.severity ?? null, filter.after ?? null, filter.limit ?? 100, filter.code ?? null],
  );
  return result.rows.map(toIssue);
}

/** Every issue of the run in the order of the source, read once however many they are; holds a connection until the end. */
export async function* listIssues(
  database: Database,
  runId: string,
  filter: Pick<IssueFilter, 'severity' | 'code'> = {},
): AsyncGenerator<StoredIssue> {
  const client = await database.pool.connect();
  let failure: Error | undefined;
  const cursor = client.query(
    // As JSON, which is parsed many times faster than arrays in PostgreSQL's own form.
    new Cursor<{ issue: IssueRow }>(
      `select row_to_json(i) as issue from (
         select ${ISSUE_COLUMNS.replace('id,', 'id::text,')} from dovetail.run_errors e
         where run_id = $1 and ($2::text is null or severity = $2) and ($3::text is null or code = $3)
         order by coalesce(e.row, 0), e.id) i`,
      [runId, filter.severity ?? null, filter.code ?? null],
    ),
  );
  try {
    for (let rows = await cursor.read(CURSOR_ROWS); rows.length > 0; rows = await cursor.read(CURSOR_ROWS)) {
      yield* rows.map(({ issue }) => toIssue(issue));
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // A listing left before its end leaves the cursor open; so does a failure.
    if (failure === undefined) await cursor.close().catch(() => {});
    client.release(failure);
  }
}

const CURSOR_ROWS = 1_000;

type IssueRow = Record<string, string | null> & { cells: (string | null)[] | null };

function toIssue(row: IssueRow): StoredIssue {
  const issue: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value !== null) issue[name] = name === 'row' || name === 'line' ? Number(value) : value;
  }
  return issue as unknown as StoredIssue;
}

/** How often each code came up, most frequent first; at most 100. */
export async function readIssueSummary(
  db: Queryable,
  runId: string,
): Promise<readonly { code: string; severity: 'error' | 'warning'; count: number }[]> {
  const result = await db.query<{ code: string; severity: 'error' | 'warning'; count: string }>(
    `select code, severity, count(*) as count
     from dovetail.run_errors where run_id = $1 group by code, severity order by count(*) desc, code limit 100`,
    [runId],
  );
  return result.rows.map((row) => ({ ...row, count: Number(row.count) }));
}
