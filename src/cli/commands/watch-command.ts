// dovetail watch: what has to be altered so that changes of tables are seen, and then, if wanted, doing it.
import { Option } from 'commander';
import type { WatchWish } from '../../engine/changes/watch/plan-watch.js';
import type { WatchServices } from '../../engine/changes/watch/watch-services.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openWatch } from '../open-watch.js';
import { countOf } from '../terminal/number-text.js';
import { toFindingLines } from '../views/install-view.js';
import { toUnwatchPlanLines, toWatchedLines, toWatchPlanLines } from '../views/watch-view.js';
import { viewOf } from './access-options.js';

interface WatchOptions {
  readonly all?: boolean;
  readonly replicaIdentity?: 'full' | 'key';
  readonly capture: 'auto' | 'wal' | 'trigger';
  readonly acceptUnlimitedWal?: boolean;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

export const addWatchCommand: AddCommand = (program, run) => {
  const command = program
    .command('watch')
    .summary('have changes of tables seen')
    .description(
      'Prints what has to be altered of the tables so that every change of them is seen, whoever makes it; asks, and does it in one ' +
        'transaction. `dovetail unwatch` puts back exactly that. Without names and --all: lists what is watched.',
    )
    .argument('[entities...]', 'names of entities that are tables')
    .option('--all', 'every table')
    .addOption(
      new Option(
        '--replica-identity <kind>',
        'full: updates and deletes tell the whole record as it was before; key: its key only',
      ).choices(['full', 'key']),
    )
    .addOption(
      new Option('--capture <way>', 'how changes are seen: from the write-ahead log, or by triggers')
        .choices(['auto', 'wal', 'trigger'])
        .default('auto'),
    )
    .option(
      '--accept-unlimited-wal',
      'read the log of a server that sets no limit (max_slot_wal_keep_size) to what it keeps for us',
    )
    .option('--plan', 'only show, change nothing')
    .option('-y, --yes', 'run the statements without asking')
    .action(
      run(async (context, options: WatchOptions, ...names: readonly string[]) => {
        const watch = await openWatch(context);
        checkWhich(names, options.all);
        if (names.length === 0 && options.all !== true) {
          const watching = await watch.find();
          context.result(watching ?? { tables: [] }, () => toWatchedLines(watching, viewOf(context)));
          return ExitCode.ok;
        }
        return watchTables(context, watch, options, names);
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail watch --all --plan', 'see what it would do'],
      ['dovetail watch product price', 'these two'],
      ['dovetail watch customer --replica-identity full', 'with what records were before'],
      ['dovetail watch --all --yes', 'in a script'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

export const addUnwatchCommand: AddCommand = (program, run) => {
  const command = program
    .command('unwatch')
    .summary('leave tables as they were before `watch`')
    .description(
      'Prints what `dovetail watch` altered of the tables and would now be put back, asks, and does it in one transaction.',
    )
    .argument('[entities...]', 'names of entities')
    .option('--all', 'every table that is watched')
    .option('--plan', 'only show, change nothing')
    .option('-y, --yes', 'run the statements without asking')
    .action(
      run(
        async (context, options: Pick<WatchOptions, 'all' | 'plan' | 'yes'>, ...names: readonly string[]) => {
          const watch = await openWatch(context);
          checkWhich(names, options.all);
          if (names.length === 0 && options.all !== true) {
            throw cliError(101, {
              detail: 'Which tables?',
              hint: 'Name entities, or all by --all. dovetail watch lists what is watched.',
            });
          }
          const which = options.all === true ? 'all' : names;
          const plan = await watch.planUnwatch(which);
          return carryOut(context, options, plan, {
            lines: () => toUnwatchPlanLines(plan, viewOf(context)),
            isNothing: plan.tables.length === 0,
            work: () => watch.unwatch(which, plan),
            done: `${countOf(plan.tables.length, 'table')} no longer watched; nothing of it is left.`,
          });
        },
      ),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail unwatch product --plan', 'see what it would put back'],
      ['dovetail unwatch --all --yes', 'everything, in a script'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

async function watchTables(
  context: CommandContext,
  watch: WatchServices,
  options: WatchOptions,
  names: readonly string[],
): Promise<ExitCode> {
  const wish: WatchWish = {
    entities: options.all === true ? 'all' : names,
    capture: options.capture,
    acceptUnlimitedWal: options.acceptUnlimitedWal === true,
    ...(options.replicaIdentity === undefined ? {} : { replicaIdentity: options.replicaIdentity }),
  };
  const plan = await watch.planWatch(wish);
  return carryOut(context, options, plan, {
    lines: () => toWatchPlanLines(plan, viewOf(context)),
    isNothing: plan.steps.length === 0,
    work: () => watch.watch(wish, plan),
    done: `${countOf(plan.tables.length, 'table')} watched. dovetail unwatch puts everything back.`,
  });
}

function checkWhich(names: readonly string[], all: boolean | undefined): void {
  if (names.length === 0 || all !== true) return;
  throw cliError(101, { detail: '--all and names of entities can not be had together.' });
}

interface Work {
  readonly lines: () => readonly string[];
  readonly isNothing: boolean;
  readonly work: () => Promise<void>;
  readonly done: string;
}

/** Shows, asks, does. */
async function carryOut(
  context: CommandContext,
  options: Pick<WatchOptions, 'plan' | 'yes'>,
  plan: Parameters<typeof toUnwatchPlanLines>[0] | Parameters<typeof toWatchPlanLines>[0],
  { lines, isNothing, work, done }: Work,
): Promise<ExitCode> {
  const { style } = context.out;
  const missing = plan.findings.filter(({ level }) => level === 'missing');
  if (missing.length > 0) {
    context.result({ ...plan, done: false }, () => [
      ...lines(),
      '',
      'Nothing was changed, because something is missing:',
      ...toFindingLines(missing, style),
    ]);
    return options.plan === true ? ExitCode.ok : ExitCode.refused;
  }
  if (options.plan === true || isNothing) {
    // Nothing to alter may still be something to remember.
    if (options.plan !== true) await work();
    context.result({ ...plan, done: options.plan !== true }, lines);
    return ExitCode.ok;
  }
  if (!context.json) context.out.lines(...lines(), '');
  if (!(await context.asker(options.yes === true).confirm({ text: 'Run these statements?' }))) {
    context.result({ ...plan, done: false }, () => ['Nothing was changed.']);
    return ExitCode.cancelled;
  }
  await work();
  context.result({ ...plan, done: true }, () => [`${style.green('Done')}  ${done}`]);
  return ExitCode.ok;
}
