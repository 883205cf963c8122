// dovetail schedules: imports and exports that are done again and again.
import type { Command } from 'commander';
import type { SchedulesServices } from '../../doors/files/schedules/schedules-services.js';
import type { Schedule } from '../../engine/jobs/schedules/index.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openSchedules } from '../open-schedules.js';
import { wholeNumber } from '../option-values.js';
import { startedBy } from '../started-by.js';
import { toScheduleDocument, toScheduleLines, toScheduleListLines } from '../views/schedule-view.js';
import { unknownSubcommand } from './runs-command.js';
import { addExportSchedule, addImportSchedule } from './schedules-add-command.js';

export const addSchedulesCommand: AddCommand = (program, run) => {
  const schedules = program
    .command('schedules')
    .summary('import and export on a schedule')
    .description(
      'Imports from a folder or an address, and exports into a folder, whenever their time comes. A running `dovetail work` ' +
        'does them. Without a subcommand: the list.',
    )
    .usage('[command] [options]');
  addList(schedules, run);
  const add = schedules
    .command('add')
    .summary('add a schedule')
    .description('Adds a schedule; everything is checked first.');
  addImportSchedule(add, run);
  addExportSchedule(add, run);
  addHelpTail(add, {
    examples: [
      [
        "dovetail schedules add import prices --from 'inbox/*.csv' -e price --cron '*/15 * * * *'",
        'every new file, every quarter of an hour',
      ],
      [
        "dovetail schedules add export nightly product --to 'out/products-{date}.csv' --cron '0 3 * * *'",
        'every night at three',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
  addShow(schedules, run);
  const change = (
    name: string,
    says: string,
    example: string,
    work: (services: SchedulesServices, name: string) => Promise<Schedule>,
  ) => {
    const command = schedules
      .command(name)
      .description(says)
      .argument('<name>', 'name of the schedule')
      .action(
        run(async (context, _options: object, schedule: string) => {
          const found = await work(await openSchedules(context), schedule);
          context.result(toScheduleDocument(found), () => toScheduleLines(found, [], viewOf(context)));
          return ExitCode.ok;
        }),
      );
    addHelpTail(command, {
      examples: [[`dovetail schedules ${name} prices`, example]],
      exitCodes: [0, 2, 3, 7],
    });
  };
  change(
    'pause',
    'stop a schedule from coming to its moments',
    'nothing more until it is resumed',
    (services, name) => services.pause(name),
  );
  change(
    'resume',
    'let a paused schedule go on with its next moment',
    'what was due meanwhile is not made up for',
    (services, name) => services.resume(name),
  );
  addRun(schedules, run);
  addRemove(schedules, run);
  addHelpTail(schedules, {
    examples: [
      ['dovetail schedules', 'all of them, with what came of each the last time'],
      ['dovetail schedules show prices', 'its settings and its latest moments'],
      ['dovetail schedules run prices', 'now, once'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

const viewOf = ({ out }: CommandContext) => ({ style: out.style, width: out.width() });

function addList(schedules: Command, run: RunCommand): void {
  const command = schedules
    .command('list', { isDefault: true })
    .description('list the schedules, by name')
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, _options: object, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(schedules, word);
        const found = await (await openSchedules(context)).list();
        context.result({ schedules: found.map(toScheduleDocument) }, () =>
          toScheduleListLines(found, viewOf(context)),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail schedules list --json', 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(schedules: Command, run: RunCommand): void {
  const command = schedules
    .command('show')
    .description('show a schedule, and what came of its latest moments')
    .argument('<name>', 'name of the schedule')
    .option('--limit <n>', 'how many moments', wholeNumber(1), 10)
    .action(
      run(async (context, options: { limit: number }, name: string) => {
        const services = await openSchedules(context);
        const schedule = await services.read(name);
        const firings = await services.readFirings(schedule, options.limit);
        context.result({ ...toScheduleDocument(schedule), firings }, () =>
          toScheduleLines(schedule, firings, viewOf(context)),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail schedules show prices', 'when, what, and how it went']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRun(schedules: Command, run: RunCommand): void {
  const command = schedules
    .command('run')
    .description('do what a schedule says now, paused or not; a worker does it')
    .argument('<name>', 'name of the schedule')
    .action(
      run(async (context, _options: object, name: string) => {
        const firing = await (await openSchedules(context)).run(name, startedBy());
        context.result({ schedule: name, firing }, () => [
          firing.state === 'skipped'
            ? `${name} is still at work on the moment before; nothing was started.`
            : `${name} is queued. \`dovetail schedules show ${name}\` tells what came of it.`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail schedules run prices', 'now, once']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRemove(schedules: Command, run: RunCommand): void {
  const command = schedules
    .command('remove')
    .description('remove a schedule, and what it remembers of the files it took; its runs stay')
    .argument('<name>', 'name of the schedule')
    .option('-y, --yes', 'remove without asking')
    .action(
      run(async (context, options: { yes?: boolean }, name: string) => {
        const services = await openSchedules(context);
        await services.read(name);
        if (!(await context.asker(options.yes === true).confirm({ text: `Remove the schedule ${name}?` }))) {
          context.result({ schedule: name, removed: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await services.remove(name);
        context.result({ schedule: name, removed: true }, () => [
          `Removed ${name}. Its runs are still in \`dovetail runs\`.`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail schedules remove prices --yes', 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
