// dovetail runs: what ran, how it went, and what can be done about it.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type MaxErrors, toErrorLimit } from '../../doors/files/import/import-settings.js';
import type { RunIssue } from '../../engine/pipeline/run.js';
import type { RunFilter } from '../../engine/pipeline/run-store.js';
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { countOrPercent, runNumber, toMoment, wholeNumber } from '../option-values.js';
import { exitCodeOf } from '../run-exit.js';
import { countOf } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { toIssueTable } from '../views/issue-view.js';
import { toRunDocument, toRunListLines } from '../views/run-list-view.js';
import { toReportLines, toStartedLines, toUndoLines } from '../views/run-report-view.js';
import { createWatch, progressOption } from '../watch-run.js';
import { addPrune, addRepeat } from './runs-again-command.js';
import { addUndo } from './runs-undo-command.js';

const STATES = ['queued', 'running', 'completed', 'completed_with_errors', 'stopped', 'failed', 'cancelled'];

export const addRunsCommand: AddCommand = (program, run) => {
  const runs = program
    .command('runs')
    .summary('list runs; show, cancel, resume, undo or repeat one')
    .description('Every import and export is a run. Without a subcommand: the latest.')
    .usage('[command] [options]');
  addList(runs, run);
  addShow(runs, run);
  addCancel(runs, run);
  addResume(runs, run);
  addErrors(runs, run);
  addUndo(runs, run);
  addRepeat(runs, run);
  addPrune(runs, run);
  addHelpTail(runs, {
    examples: [
      ['dovetail runs', 'the latest twenty'],
      ['dovetail runs resume 12', 'go on with run 12 where it was stopped'],
      [
        'dovetail runs errors 12 --failed-rows mend-me.csv',
        'its failed rows, to be mended and imported again',
      ],
      ['dovetail runs undo 12 --dry-run', 'what taking back run 12 would do'],
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
};

function addList(runs: Command, run: RunCommand): void {
  const command = runs
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .addOption(new Option('--state <state>', 'only runs in this state').choices(STATES))
    .addOption(
      new Option('--kind <kind>', 'only runs of this kind').choices([
        'import',
        'export',
        'sync',
        'load',
        'undo',
      ]),
    )
    .option('--entity <name>', 'only runs of this entity')
    .option('--schedule <name>', 'only runs of this schedule')
    .option('--by <user>', 'only runs this one started')
    .option('--file <name>', 'only runs of this file, by its name or the end of its path')
    .option('--since <date>', 'only runs from this day or moment on: 2026-11-27', toMoment)
    .option('--before <run>', 'only runs before this one: the next page', runNumber)
    .option('--limit <n>', 'how many', wholeNumber(1), 20)
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, options: RunFilter & { limit: number }, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(runs, word);
        const files = await openFiles(context);
        const found = await files.readRuns(options);
        const next = found.length === options.limit ? found.at(-1)?.id : undefined;
        context.result({ runs: found.map(toRunDocument), ...(next === undefined ? {} : { next }) }, () =>
          toRunListLines(found, { style: context.out.style, width: context.out.width() }),
        );
        if (next !== undefined) context.remark(`There may be more: --before ${next}`);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail runs list --state completed_with_errors', 'runs that left failed rows'],
      ['dovetail runs list --entity product --json', 'for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(runs: Command, run: RunCommand): void {
  const command = runs
    .command('show')
    .description('show how a run went, or how it stands')
    .argument('<run>', 'number of the run')
    .action(
      run(async (context, _options: object, id: string) => {
        const report = await (await openFiles(context)).readReport(id);
        const { style } = context.out;
        context.result(report, () => [
          ...toReportLines(report, { style, width: context.out.width() }),
          ...toUndoLines(report, style),
          ...toStartedLines(report, style),
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail runs show 12', 'counters, errors by kind, what can be done'],
      ['dovetail runs show 12 --json', 'the whole report as data'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addCancel(runs: Command, run: RunCommand): void {
  const command = runs
    .command('cancel')
    .description('stop a run at the end of its chunk; what it wrote stays')
    .argument('<run>', 'number of the run')
    .action(
      run(async (context, _options: object, id: string) => {
        const outcome = await (await openFiles(context)).cancelRun(id);
        const says = {
          requested: `Run ${id} stops at the end of its chunk.`,
          cancelled: `Run ${id} is cancelled.`,
          over: `Run ${id} was already over; nothing to cancel.`,
        };
        context.result({ run: id, outcome }, () => [says[outcome]]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail runs cancel 12', 'stop run 12, wherever it runs']],
    exitCodes: [0, 2, 3, 7],
  });
}

interface ResumeOptions {
  readonly yes?: boolean;
  readonly progress: ProgressMode | 'auto';
  readonly maxErrors?: MaxErrors;
}

function addResume(runs: Command, run: RunCommand): void {
  const command = runs
    .command('resume')
    .description('go on with a run that was stopped, cancelled, or whose process died')
    .argument('<run>', 'number of the run')
    .option('-y, --yes', 'answer yes to what would be asked')
    .option(
      '--max-errors <n>',
      'from now on stop at so many failed rows, those so far included: 100, or 5% of those read',
      countOrPercent,
    )
    .addOption(progressOption())
    .action(
      run(async (context, options: ResumeOptions, id: string) => {
        const files = await openFiles(context);
        const { watch, done } = createWatch(context, {
          progress: options.progress,
          yes: options.yes === true,
        });
        const { maxErrors } = options;
        const limited = maxErrors ? { ...watch, errorLimit: toErrorLimit(maxErrors) } : watch;
        const report = await files.resumeRun(id, limited).finally(done);
        context.result(report, () =>
          toReportLines(report, { style: context.out.style, width: context.out.width() }),
        );
        return exitCodeOf(report);
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail runs resume 12', 'go on with run 12 at its last committed chunk'],
      ['dovetail runs resume 12 --max-errors 10%', 'go on though more rows failed than were allowed'],
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
}

function addErrors(runs: Command, run: RunCommand): void {
  const command = runs
    .command('errors')
    .description('list every error and warning of a run, or write its failed rows to a file')
    .argument('<run>', 'number of the run')
    .option(
      '--failed-rows <file>',
      "write the failed rows, in the input's own format, with their errors beside them",
    )
    .option('--limit <n>', 'how many to list (default: all)', wholeNumber(1))
    .action(
      run(async (context, options: { failedRows?: string; limit?: number }, id: string) => {
        const files = await openFiles(context);
        if (options.failedRows !== undefined) {
          const written = await files.writeFailedRows(id, resolve(context.host.cwd, options.failedRows));
          context.result(written, () => [
            `${countOf(written.rows, 'failed row')} written to ${written.file}`,
          ]);
          return ExitCode.ok;
        }
        const issues: RunIssue[] = [];
        for await (const issue of files.listIssues(id)) {
          issues.push(issue);
          if (issues.length === options.limit || context.signal.aborted) break;
        }
        context.result({ run: id, issues }, () =>
          issues.length === 0
            ? [`Run ${id} has no errors and no warnings.`]
            : toIssueTable(issues, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail runs errors 12', 'every error, with line, column and value'],
      [
        'dovetail runs errors 12 --failed-rows mend-me.csv',
        'the failed rows, to be mended and imported again',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

/** For a command whose subcommand is optional: commander takes a mistyped one for an argument of the default. */
export function unknownSubcommand(parent: Command, word: string): Error {
  const names = parent.commands.map((command) => command.name());
  const near = didYouMean(word, names);
  return cliError(101, {
    detail: `Unknown command '${parent.name()} ${word}'.`,
    hint: near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}
