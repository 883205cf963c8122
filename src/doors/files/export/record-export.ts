// An export as a run: listed beside the imports wherever the database takes it, and made all the same where it does not.
import { basename } from 'node:path';
import { beginRecord, type NewRun, type RunRecord } from '../../../engine/pipeline/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import type { ExportProgress } from './export-entity.js';
import { exportError } from './export-errors.js';
import { type ExportWish, toExportSettings } from './export-settings.js';

/**
 * Does `work` under a run, and ends it as the work ends. `work` gets the run's number, if there is one, and a signal that
 * also fires when the run is cancelled from elsewhere.
 */
export async function recordExport<T extends ExportProgress>(
  database: Database,
  {
    onEnd,
    ...about
  }: Pick<NewRun, 'entity' | 'origin' | 'notify' | 'firing'> & {
    readonly onEnd?: (client: Queryable, run: string) => Promise<void>;
  },
  call: ExportWish & { readonly signal: AbortSignal },
  work: (
    run: string | undefined,
    signal: AbortSignal,
    onProgress: (at: ExportProgress) => void,
  ) => Promise<T>,
): Promise<T> {
  const { target } = call;
  const { entity } = about;
  const wish: NewRun = {
    ...about,
    kind: 'export',
    title: 'path' in target ? basename(call.deliver?.as ?? target.path) : 'standard output',
    settings: toExportSettings(call),
  };
  const record = await beginRecord(database, wish, undefined, onEnd);
  if (record === undefined) return work(undefined, call.signal, () => {});
  let rows = 0;
  const signal = AbortSignal.any([call.signal, record.signal]);
  try {
    const result = await work(record.id, signal, (at) => {
      rows = at.rows;
    });
    await record.end({ state: 'completed', rows: result.rows });
    return result;
  } catch (error) {
    const said = record.signal.aborted && !call.signal.aborted ? cancelled(record, entity) : error;
    await record.end({ ...endingOf(said), rows });
    throw said;
  }
}

const cancelled = (record: RunRecord, entity: string) =>
  exportError(103, {
    detail: `The export of ${entity} was cancelled as run ${record.id}; no file was written.`,
    cause: record.signal.reason,
  });

function endingOf(error: unknown) {
  if (!(error instanceof DovetailError)) return { state: 'failed' } as const;
  const { code, detail, hint } = error;
  // Somebody's wish, or a reader that has seen enough.
  const state = code === 'EXPORT-102' || code === 'EXPORT-103' ? 'cancelled' : 'failed';
  return { state, failure: { code, detail, hint } } as const;
}
