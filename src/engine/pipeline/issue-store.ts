// What a run has to say about rows: kept with the chunk that found it, read in the order of the source.
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import type { Client, Database, Queryable } from '../../foundation/postgres/database.js';
import { toCopyLines } from './issue-lines.js';
import type { FoundIssue, RunIssue } from './run.js';

/** Adds issues to the run's list, as part of the caller's transaction. */
export async function saveIssues(
  client: Client,
  runId: string,
  issues: readonly FoundIssue[],
): Promise<void> {
  if (issues.length === 0) return;
  const copy = copyFrom(
    'copy dovetail.run_errors (run_id, severity, row, line, "column", field, value, code, message, hint, cells, kinds) from stdin',
  );
  await pipeline(toCopyLines(runId, issues), client.query(copy));
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
export async function* listIssues(...wanted: Parameters<typeof listIssuePages>): AsyncGenerator<StoredIssue> {
  for await (const page of listIssuePages(...wanted)) yield* page;
}

/** The same, as many at a time as come together. */
export async function* listIssuePages(
  database: Database,
  runId: string,
  filter: Pick<IssueFilter, 'severity' | 'code'> & {
    /** By which place in the source. Default `row`; several sources of a run number their rows on, but not their lines. */
    readonly by?: 'row' | 'line';
  } = {},
): AsyncGenerator<readonly StoredIssue[]> {
  const client = await database.pool.connect();
  let failure: Error | undefined;
  const cursor = client.query(
    new Cursor<IssueRow>(
      `select ${ISSUE_COLUMNS} from dovetail.run_errors e
       where run_id = $1 and ($2::text is null or severity = $2) and ($3::text is null or code = $3)
       order by coalesce(e.${filter.by ?? 'row'}, 0), e.id`,
      [runId, filter.severity ?? null, filter.code ?? null],
    ),
  );
  // The server gathers the next page while the caller works on this one.
  let next = cursor.read(CURSOR_ROWS);
  try {
    for (let rows = await next; rows.length > 0; rows = await next) {
      next = cursor.read(CURSOR_ROWS);
      yield rows.map(toIssue);
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    await next.catch(() => {});
    // A listing left before its end leaves the cursor open; so does a failure.
    if (failure === undefined) await cursor.close().catch(() => {});
    client.release(failure);
  }
}

const CURSOR_ROWS = 1_000;

type IssueRow = Readonly<Record<string, string | null>>;

const NOT_TEXT: Readonly<Record<string, (value: string) => unknown>> = {
  row: Number,
  line: Number,
  cells: (value) => JSON.parse(value),
};

function toIssue(row: IssueRow): StoredIssue {
  const issue: Record<string, unknown> = {};
  for (const name in row) {
    const value = row[name];
    if (value != null) issue[name] = NOT_TEXT[name]?.(value) ?? value;
  }
  return issue as unknown as StoredIssue;
}

export interface IssueSummary {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly count: number;
  /** The first of them, without their cells. */
  readonly first: readonly RunIssue[];
}

/** How often each code came up, the most frequent first (at most 100), each with its first `examples`. */
export async function readIssueSummary(
  db: Queryable,
  runId: string,
  examples: number,
): Promise<readonly IssueSummary[]> {
  const result = await db.query<{
    code: string;
    severity: 'error' | 'warning';
    count: string;
    first: IssueRow[];
  }>(
    `with numbered as (
       select severity, code, id, row_number() over in_order as n, count(*) over (partition by severity, code) as count
       from dovetail.run_errors e where run_id = $1
       window in_order as (partition by severity, code order by coalesce(e.row, 0), e.id))
     select n.code, n.severity, n.count, json_agg(i order by n.n) as first
     from numbered n cross join lateral (
       select e.severity, e.row::text, e.line::text, e."column", e.field, e.value, e.code, e.message, e.hint
       from dovetail.run_errors e where e.id = n.id) i
     where n.n <= $2 group by n.code, n.severity, n.count order by n.count desc, n.code limit 100`,
    [runId, examples],
  );
  return result.rows.map(({ code, severity, count, first }) => ({
    code,
    severity,
    count: Number(count),
    first: first.map(toIssue),
  }));
}
