// The first issues of each kind, as reports show them.
import { type RunIssue, readIssues } from '../../../engine/pipeline/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';

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
