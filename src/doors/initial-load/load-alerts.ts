// What a load means for whoever watches: a file that could not be applied raises an alert, and the same file applied settles it.
import type { AlertCalls } from '../../engine/alerts/index.js';
import type { LoadReport } from './load-services.js';

/** Of a dry run somebody sees the report. */
export async function tellOfLoad(
  report: LoadReport,
  alerts: Pick<AlertCalls, 'raise' | 'settle'>,
): Promise<void> {
  if (report.dryRun) return;
  for (const file of report.files) {
    const key = { source: 'loads', resource: report.folder, itemId: file.path };
    if (file.outcome !== 'failed') {
      await alerts.settle(key);
      continue;
    }
    const [first] = file.problems.filter(({ severity }) => severity === 'error');
    await alerts.raise({
      ...key,
      type: 'failed',
      operation: 'load',
      severity: 'error',
      message: `${file.path} of the folder ${report.folder} could not be applied: ${first?.message ?? 'it failed.'}`,
      details: {
        folder: report.folder,
        ...(report.environment === undefined ? {} : { environment: report.environment }),
        problems: file.problemCount,
        left: report.left.length,
        ...(first === undefined ? {} : { code: first.code }),
      },
    });
  }
}
