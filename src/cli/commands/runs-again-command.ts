// dovetail runs repeat and prune: a run once more, and no longer.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { exitCodeOf } from '../run-exit.js';
import { startedBy } from '../started-by.js';
import { bytesText, countOf } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { toReportLines } from '../views/run-report-view.js';
import { createWatch, progressOption } from '../watch-run.js';

export function addRepeat(runs: Command, run: RunCommand): void {
  const command = runs
    .command('repeat')
    .description(
      'start a new run with the settings of an earlier one: the file, or the records, as they are now',
    )
    .argument('<run>', 'number of the earlier run')
    .option('-y, --yes', 'answer yes to what would be asked')
    .addOption(progressOption())
    .action(
      run(async (context, options: { yes?: boolean; progress: ProgressMode | 'auto' }, id: string) => {
        const files = await openFiles(context);
        const { watch, done } = createWatch(context, {
          progress: options.progress,
          yes: options.yes === true,
        });
        const report = await files.repeatRun(id, watch, startedBy()).finally(done);
        context.result(report, () =>
          toReportLines(report, { style: context.out.style, width: context.out.width() }),
        );
        return exitCodeOf(report);
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail runs repeat 12', 'the same file, mapping and options once more']],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
}

export function addPrune(runs: Command, run: RunCommand): void {
  const command = runs
    .command('prune')
    .description('remove what is older than `keep` in the configuration says; a worker does it every day')
    .option('-n, --dry-run', 'only count')
    .action(
      run(async (context, options: { dryRun?: boolean }) => {
        const report = await (await openFiles(context)).prune(options.dryRun === true, context.signal);
        context.result(report, () => [
          `${report.dryRun ? 'Would remove' : 'Removed'} ${countOf(report.runs, 'run')}, ${countOf(report.issues, 'issue')}, ` +
            `${countOf(report.files, 'file')} (${bytesText(report.bytes)}).`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail runs prune --dry-run', 'see how much is older than it may be']],
    exitCodes: [0, 2, 3, 7],
  });
}
