// A run's issues, page by page, for whoever lists them.
import {
  type IssueFilter,
  type RunIssue,
  readIssues,
  type StoredIssue,
} from '../../../engine/pipeline/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';

const PAGE = 1_000;

/** Every issue of a run, in the order of the source. */
export async function* listIssues(
  db: Queryable,
  runId: string,
  filter: Pick<IssueFilter, 'severity' | 'code'> = {},
): AsyncGenerator<StoredIssue> {
  for (let after: string | undefined; ; ) {
    const page = await readIssues(db, runId, {
      ...filter,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

export async function readFirstIssues(
  db: Queryable,
  runId: string,
  code: string,
  severity: string,
  limit: number,
): Promise<readonly RunIssue[]> {
  const page = await readIssues(db, runId, { severity: severity as 'error' | 'warning', code, limit });
  return page.map(({ id: _, cells: _cells, kinds: _kinds, ...issue }) => issue);
}
