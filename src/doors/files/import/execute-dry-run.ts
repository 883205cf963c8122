// A dry run by a worker: what it finds stays with its run, and nothing else is written. Cut off, it begins anew.
import {
  forgetFindings,
  holdRun,
  LEASE_SECONDS,
  type RunState,
  type RunTaker,
  saveCheckpoint,
  savePhase,
  saveReport,
} from '../../../engine/pipeline/index.js';
import { readCatalogOfStarter } from '../caller-catalog.js';
import { dryRunImport } from './dry-run.js';
import { end, endOver } from './execute-import.js';
import type { ImportWatch } from './import-call.js';
import { plansFor } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import { type ImportRooms, patiently } from './import-work.js';
import type { RunReport } from './run-report.js';
import { verifySource } from './source-file.js';
import { type StoredDifferences, storeDifferences, storeIssues } from './stored-findings.js';

/** `most`: of how many records of each kind the differences are kept. Throws as `executeImport` does. */
export async function executeDryRun(
  rooms: ImportRooms,
  runId: string,
  most: number,
  watch: ImportWatch,
  taker: RunTaker = 'person',
): Promise<RunState> {
  const { database, runFiles } = rooms;
  const lease = await holdRun(database, runId, rooms.leaseSeconds ?? LEASE_SECONDS, taker);
  const hold = { id: runId, fence: lease.fence };
  const signal = AbortSignal.any([lease.signal, watch.signal]);
  const about = { rooms, runId, hold, taker, watch };
  try {
    const stored = lease.run.settings as ImportSettings;
    await patiently(about, () => forgetFindings(database, runId));
    const catalog = await patiently(about, () => readCatalogOfStarter(rooms, lease.run.origin, 'import'));
    const plans = plansFor(stored, catalog, { kind: 'import', id: runId });
    const source = await runFiles.fetch(stored.source, signal);
    await verifySource(source, runId, signal);
    const settings = { ...stored, source };
    const files = await rooms.openFiles({ settings, plans, signal });
    const differences = storeDifferences(database, runId, most);
    const look = { signal, onProgress: watch.onProgress, probe: false };
    const report = await dryRunImport(
      database,
      settings,
      plans,
      look,
      storeIssues(database, runId),
      files,
      differences,
    ).finally(() => files?.close());
    await patiently(about, () =>
      database.transaction(async (client) => {
        await saveCheckpoint(client, runId, 0, report.counters.read, report.counters);
        await savePhase(client, hold, 'done');
        await saveReport(client, hold, toFound(report, differences, most));
      }),
    );
    const state = await end(about, report.counters.failed > 0 ? 'completed_with_errors' : 'completed');
    await runFiles.forget(source);
    return state;
  } catch (error) {
    const state = await endOver(about, lease.signal.aborted ? lease.signal.reason : error);
    // Nobody goes on with a dry run; one that is put back into the queue begins anew.
    if (state !== 'queued') await runFiles.forget((lease.run.settings as ImportSettings).source);
    return state;
  } finally {
    lease.release();
  }
}

/** What only writing would check, what a mirror would remove, and of how many records the differences are there. */
function toFound(
  { counters, notChecked, wouldRemove, parts }: RunReport,
  kept: StoredDifferences,
  most: number,
) {
  const { add, update, delete: removed } = kept.kept();
  const { added, updated, deleted } = counters;
  return {
    notChecked,
    ...(wouldRemove === undefined ? {} : { wouldRemove }),
    ...(parts === undefined ? {} : { parts }),
    differences: {
      added: add,
      updated: update,
      deleted: removed,
      most,
      complete: added <= most && updated <= most && deleted <= most,
    },
  };
}
