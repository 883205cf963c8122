// dovetail runs undo RUN: take back what an import wrote, after a look at what stands against it.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { UndoOutlook } from '../../doors/files/undo/undo-settings.js';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { exitCodeOf } from '../run-exit.js';
import { startedBy } from '../started-by.js';
import { countText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { toReportLines } from '../views/run-report-view.js';
import { createWatch, progressOption } from '../watch-run.js';
import { writeDryRun } from '../write-dry-run.js';

interface UndoOptions {
  readonly dryRun?: boolean;
  readonly errorsTo?: string;
  readonly yes?: boolean;
  readonly progress: ProgressMode | 'auto';
}

export function addUndo(runs: Command, run: RunCommand): void {
  const command = runs
    .command('undo')
    .description(
      'take back what an import wrote; a record that was changed since stays as it is and counts as failed',
    )
    .argument('<run>', 'number of the run')
    .option('-n, --dry-run', 'write nothing; show what would be taken back, and every record that would not')
    .option(
      '--errors-to <file>',
      'with --dry-run: where every conflict goes, one JSON object a line (with --json they are in the result)',
    )
    .option('-y, --yes', 'answer yes to what would be asked')
    .addOption(progressOption())
    .action(
      run(async (context, options: UndoOptions, id: string) => {
        if (options.errorsTo !== undefined && options.dryRun !== true) {
          throw cliError(101, {
            detail: '--errors-to belongs to a dry run; an undo keeps its conflicts in the database.',
            hint: 'See them with `dovetail runs errors RUN`.',
          });
        }
        const files = await openFiles(context);
        const { watch, done } = createWatch(context, { progress: options.progress, yes: false });
        const { signal, onProgress } = watch;
        const lines = (report: Parameters<typeof toReportLines>[0]) =>
          toReportLines(report, { style: context.out.style, width: context.out.width() });
        if (options.dryRun) {
          const look = (issuesTo?: string) =>
            files
              .dryRunUndo(id, { signal, onProgress, ...(issuesTo === undefined ? {} : { issuesTo }) })
              .finally(done);
          const file = options.errorsTo && resolve(context.host.cwd, options.errorsTo);
          if (context.json && file === undefined) return exitCodeOf(await writeDryRun(context, look));
          const report = await look(file);
          context.result(report, () => lines(report));
          return exitCodeOf(report);
        }
        const outlook = await files.readUndo(id);
        if (!(await context.asker(options.yes === true).confirm({ text: toQuestion(outlook) }))) {
          context.result({ run: id, undone: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        for (const warning of outlook.warnings) context.remark(context.err.style.yellow(warning));
        const report = await files.undoRun(id, { signal, onProgress, startedBy: startedBy() }).finally(done);
        context.result(report, () => lines(report));
        return exitCodeOf(report);
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail runs undo 12 --dry-run', 'look first: what would be taken back, and what can not be'],
      ['dovetail runs undo 12', 'take back what run 12 wrote'],
    ],
    notes: [
      'What a run wrote over is kept up to a number of records (import --undo-rows) and for some days. The dry run locks ' +
        'the records while it looks.',
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
}

function toQuestion({ run, entity, title, inserted, updated, deleted }: UndoOutlook): string {
  const parts = [
    [inserted, 'delete', 'it added'],
    [updated, 'set back', 'it updated'],
    [deleted, 'put back', 'it deleted'],
  ] as const;
  const does = parts
    .filter(([count]) => count > 0)
    .map(([count, verb, why]) => `${verb} ${countText(count)} that ${why}`);
  return `Undoing run ${run} (${title} into ${entity}) will ${does.join(', ') || 'change nothing'}. Undo it?`;
}
