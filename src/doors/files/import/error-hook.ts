// The hook that hears of errors: once their chunk is committed, so that nobody is told of what a second try undid.

import { toHookContext } from '../../../engine/catalog/index.js';
import type { FoundIssue } from '../../../engine/pipeline/index.js';
import { callHook } from '../../../engine/records/index.js';
import { importError } from './import-errors.js';
import type { ImportWork } from './import-work.js';

/** Calls `onError` with the errors among the issues. Throws FILES-111 if the hook fails. */
export async function tellOfErrors(work: ImportWork, issues: readonly FoundIssue[]): Promise<void> {
  const onError = work.plan.entity.hooks?.onError;
  if (!onError) return;
  const errors = issues.flatMap(({ severity, rowCells: _, ...error }) =>
    severity === 'error' ? [error] : [],
  );
  if (errors.length === 0) return;
  const failure = await callHook('The hook onError', () => onError(errors, toHookContext(false)), {
    signal: work.watch.signal,
  });
  if (!failure) return;
  throw importError(111, {
    detail: failure.message,
    hint: `What was written stays. Mend the hook and go on with \`dovetail runs resume ${work.runId}\`.`,
  });
}
