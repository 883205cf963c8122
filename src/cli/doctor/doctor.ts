// Everything an operator would look at when woken, as one list.
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import { maskSecrets } from '../../foundation/secrets/secret-mask.js';
import type { CliApp } from '../cli-app.js';
import { checkAlerts } from './checks/check-alerts.js';
import { checkCatalog } from './checks/check-catalog.js';
import { checkChanges } from './checks/check-changes.js';
import { checkClock } from './checks/check-clock.js';
import { checkDataFolder } from './checks/check-data-folder.js';
import { checkDemoClient } from './checks/check-demo-client.js';
import { checkDiskSpace } from './checks/check-disk-space.js';
import { checkJobs } from './checks/check-jobs.js';
import { checkKeys } from './checks/check-keys.js';
import { checkRequirements } from './checks/check-requirements.js';
import { checkRetention } from './checks/check-retention.js';
import { checkRunFiles } from './checks/check-run-files.js';
import { checkRuns } from './checks/check-runs.js';
import { checkSavedExports } from './checks/check-saved-exports.js';
import { checkSavedMappings } from './checks/check-saved-mappings.js';
import { checkSchedules } from './checks/check-schedules.js';
import { checkSchema } from './checks/check-schema.js';
import { checkWatching } from './checks/check-watching.js';
import { checkWorkers } from './checks/check-workers.js';
import { bad, type Diagnosis, type DiagnosisState, type DoctorCheck, look, ok } from './diagnosis.js';

export const CHECKS: readonly DoctorCheck[] = [
  checkRequirements,
  checkClock,
  checkSchema,
  checkDataFolder,
  checkDiskSpace,
  checkCatalog,
  checkWorkers,
  checkJobs,
  checkRuns,
  checkSchedules,
  checkChanges,
  checkWatching,
  checkAlerts,
  checkRunFiles,
  checkSavedMappings,
  checkSavedExports,
  checkKeys,
  checkDemoClient,
  checkRetention,
];

export interface DoctorReport {
  readonly state: DiagnosisState;
  readonly checks: readonly (Diagnosis & { readonly check: string })[];
}

/** `open`: connects; what it throws is told as what is wrong. */
export async function examine(open: () => Promise<CliApp>, now: Date): Promise<DoctorReport> {
  const found: (Diagnosis & { readonly check: string })[] = [];
  const tell = (check: string, diagnoses: readonly Diagnosis[]): void => {
    for (const diagnosis of diagnoses) found.push({ check, ...diagnosis });
  };
  let app: CliApp;
  try {
    app = await open();
  } catch (error) {
    const isConfig = error instanceof DovetailError && /^(CONFIG|CATALOG|STORAGE)-/.test(error.code);
    tell(isConfig ? 'configuration' : 'database', toFailure(error));
    tell('others', look('Nothing else was looked at.', 'Mend this first, and ask again.'));
    return { state: 'bad', checks: found };
  }
  tell(
    'configuration',
    ok(app.configFile === undefined ? 'There is none; defaults hold' : `${app.configFile} loads`),
  );
  tell('database', ok(`${app.target.says} answers`));
  for (const check of CHECKS) {
    const schemaIsSound = !found.some((one) => one.check === checkSchema.name && one.state === 'bad');
    if (check.needs === 'schema' && !schemaIsSound) continue;
    tell(check.name, await check.look({ app, now }).catch(toFailure));
  }
  return { state: worstOf(found), checks: found };
}

function toFailure(error: unknown): readonly Diagnosis[] {
  if (error instanceof DovetailError) return bad(`${error.code}: ${error.detail}`, error.hint ?? error.title);
  const { message } = error as Error;
  return bad(`Could not be looked at: ${maskSecrets(message)}`, 'Is it there, and may this role read it?');
}

const worstOf = (found: readonly Diagnosis[]): DiagnosisState =>
  (['bad', 'look'] as const).find((state) => found.some((one) => one.state === state)) ?? 'ok';
