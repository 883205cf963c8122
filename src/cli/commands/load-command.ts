// dovetail load: a project's scripts and fixtures into its database, each applied once or kept in step.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  FILE_STATES,
  type FileState,
  type LoadPlace,
  type LoadReport,
} from '../../doors/initial-load/load-services.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openLoad } from '../open-load.js';
import { countText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { toFileLines, toLoadLines, toLoadStatusLines } from '../views/load-report-view.js';
import { progressOption } from '../watch-run.js';
import { unknownSubcommand } from './runs-command.js';

interface PlaceOptions {
  readonly env?: string;
  readonly folder?: string;
}

interface LoadOptions extends PlaceOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly progress: ProgressMode | 'auto';
}

export const addLoadCommand: AddCommand = (program, run) => {
  const load = program
    .command('load')
    .summary('apply scripts and fixtures of a project; show which are')
    .description(
      'Applies the SQL scripts and fixtures (YAML, JSON, CSV, TypeScript …) of the load folder that are not applied yet: version by ' +
        'version, in the order of their names, of what they say they come after, and of the foreign keys. Each file is a ' +
        'transaction: applied once, or not at all.',
    )
    .usage('[command] [options]');
  addApply(load, run);
  addStatus(load, run);
  addForget(load, run);
  addAccept(load, run);
  addHelpTail(load, {
    examples: [
      ['dovetail load --dry-run', 'what would be applied, in which order, and what is wrong with it'],
      ['dovetail load --env demo', 'with what is meant for the environment demo'],
      ['dovetail load status', 'which files are applied, changed, pending, missing'],
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
};

function addPlaceOptions(command: Command): Command {
  return command
    .option('--env <name>', 'the environment: files marked for others are left out (default: none)')
    .option('--folder <dir>', 'the load folder (default: of the configuration, else load)');
}

function toPlace(context: CommandContext, { env, folder }: PlaceOptions): LoadPlace {
  return {
    ...(env === undefined ? {} : { environment: env }),
    ...(folder === undefined ? {} : { folder: resolve(context.host.cwd, folder) }),
  };
}

function addApply(load: Command, run: RunCommand): void {
  const command = addPlaceOptions(
    load
      .command('apply', { isDefault: true })
      .description('apply what is pending, or changed and kept in step'),
  )
    .option('--dry-run', 'only show: fixtures are tried and taken back, scripts are read')
    .option('-y, --yes', 'remove what a mirrored fixture does not have, however much it is')
    .addOption(progressOption())
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, options: LoadOptions, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(load, word);
        const report = await applyPending(context, options);
        context.result(report, () =>
          toLoadLines(report, { style: context.out.style, width: context.out.width() }),
        );
        return exitCodeOfLoad(report);
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail load', 'apply what is pending'],
      ['dovetail load --dry-run --json', 'for a script that has to agree first'],
    ],
    notes: [
      'A load that was stopped, by Ctrl-C or by kill -9, is simply started again: what is applied stays applied.',
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
}

async function applyPending(context: CommandContext, options: LoadOptions): Promise<LoadReport> {
  const load = await openLoad(context);
  const bar = context.progress(options.progress);
  const view = { style: context.err.style, width: context.err.width() };
  return load
    .load({
      ...toPlace(context, options),
      dryRun: options.dryRun === true,
      signal: context.signal,
      onProgress: ({ file, number, files, rows }) =>
        bar.update({ phase: `${number} of ${files}, ${file}`, rows }),
      onFile: (file) => {
        bar.pause();
        // A failure, and the list that a dry run is for, are the result itself.
        if (file.outcome !== 'failed' && options.dryRun !== true) context.remark(...toFileLines(file, view));
      },
      onWait: (file) => {
        bar.pause();
        context.remark(`Another load is under way; ${file} waits for it.`);
      },
      confirmRemoval: ({ entity, removes, stored }) => {
        bar.pause();
        return context.asker(options.yes === true).confirm({
          text: `Keeping ${entity} in step removes ${countText(removes)} of ${countText(stored)} records that the file does not have. Remove them?`,
        });
      },
    })
    .finally(() => bar.done());
}

function exitCodeOfLoad({ state, dryRun, files, problems }: LoadReport): ExitCode {
  if (state === 'cancelled') return ExitCode.cancelled;
  if (state === 'completed') return ExitCode.ok;
  if (dryRun) return ExitCode.failedRows;
  const unanswered = [...problems, ...(files.at(-1)?.problems ?? [])].some(
    ({ code }) => code === 'LOAD-304' || code === 'CLI-102',
  );
  return unanswered ? ExitCode.needsAnswer : ExitCode.stopped;
}

function addStatus(load: Command, run: RunCommand): void {
  const command = addPlaceOptions(load.command('status').description('list the files with their state'))
    .addOption(new Option('--state <state>', 'only files in this state').choices([...FILE_STATES]))
    .option('--in <version>', 'only files of this version folder')
    .action(
      run(async (context, options: PlaceOptions & { state?: FileState; in?: string }) => {
        const status = await (await openLoad(context)).readStatus(toPlace(context, options));
        const { state, in: version } = options;
        const files = status.files.filter(
          (file) =>
            (state === undefined || file.state === state) &&
            (version === undefined || file.version === version),
        );
        context.result({ ...status, files }, () =>
          toLoadStatusLines({ ...status, files }, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail load status --state pending --env demo', 'what a load would apply'],
      ['dovetail load status --json', 'for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addForget(load: Command, run: RunCommand): void {
  const command = addPlaceOptions(
    load.command('forget').description('forget that a file was applied: the next load applies it again'),
  )
    .argument('<file>', 'its path in the load folder, or its name')
    .option('-y, --yes', 'without asking')
    .action(
      run(async (context, options: PlaceOptions & { yes?: boolean }, file: string) => {
        const load = await openLoad(context);
        const text = `Forget that ${file} was applied? What it wrote stays; the next load applies it again.`;
        if (!(await context.asker(options.yes === true).confirm({ text }))) {
          context.result({ done: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        const forgotten = await load.forget(toPlace(context, options), file);
        context.result({ done: true, ...forgotten }, () => [`${forgotten.path} is pending again.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail load forget 1.0/020-units.csv', 'let it be applied again']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

function addAccept(load: Command, run: RunCommand): void {
  const command = addPlaceOptions(
    load.command('accept').description('take a file as applied as it lies there, without applying it'),
  )
    .argument('<file>', 'its path in the load folder, or its name')
    .option('-y, --yes', 'without asking')
    .action(
      run(async (context, options: PlaceOptions & { yes?: boolean }, file: string) => {
        const load = await openLoad(context);
        const text = `Take ${file} as applied, without applying it?`;
        if (!(await context.asker(options.yes === true).confirm({ text }))) {
          context.result({ done: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        const accepted = await load.accept(toPlace(context, options), file);
        context.result({ done: true, ...accepted }, () => [`${accepted.path} is taken as applied.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail load accept 1.0/010-types.sql', 'the database has it already'],
      ['dovetail load accept 030-units.yaml', 'a changed comment is no change'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
