// dovetail schedules add import|export: the options of the call, and those that say when, from where and to where.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { fromPlace, toPlace } from '../../doors/files/schedules/place.js';
import {
  DEFAULT_SETTLE_SECONDS,
  type ScheduledImport,
} from '../../doors/files/schedules/schedule-settings.js';
import type { ScheduleWish } from '../../doors/files/schedules/schedules-services.js';
import type { Overlap } from '../../engine/jobs/schedules/index.js';
import { toWindow } from '../../engine/jobs/schedules/schedule-window.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openSchedules } from '../open-schedules.js';
import { commaList, nameAndValue, wholeNumber } from '../option-values.js';
import { startedBy } from '../started-by.js';
import { toScheduleDocument, toScheduleLines } from '../views/schedule-view.js';
import { findFormatOf } from './export-options.js';
import { addImportOptions, type ImportOptions, toImportCall } from './import-options.js';

interface TimingOptions {
  readonly cron: string;
  readonly timeZone?: string;
  readonly between?: readonly string[];
  readonly overlap: Overlap;
  readonly notify?: readonly string[];
}

const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

function addTimingOptions(command: Command): Command {
  return command
    .requiredOption('--cron <expression>', 'when: minute, hour, day of the month, month, day of the week')
    .option(
      '--time-zone <name>',
      "the time zone that is meant in, as Europe/Berlin (default: this machine's)",
    )
    .option('--between <window>', 'only within: 22:00-06:00, or mon-fri 08:00-18:00; may be repeated', each)
    .addOption(
      new Option(
        '--overlap <rule>',
        'a moment that comes while the one before is at work: leave it out, or do it after',
      )
        .choices(['skip', 'queue'])
        .default('skip'),
    );
}

function toTiming(options: TimingOptions): Omit<ScheduleWish, 'name' | 'does'> {
  return {
    cron: options.cron,
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    windows: (options.between ?? []).map(toWindow),
    overlap: options.overlap,
    createdBy: startedBy(),
  };
}

interface ImportScheduleOptions extends ImportOptions, TimingOptions {
  readonly from: string;
  readonly done?: string;
  readonly failed?: string;
  readonly sameContent: 'new' | 'known';
  readonly settle: number;
  readonly requestHeader?: Readonly<Record<string, string>>;
}

/** Options of an import that need somebody at the terminal, or belong to one file. */
const NOT_SCHEDULED: readonly (keyof ImportOptions)[] = [
  'dryRun',
  'probe',
  'background',
  'yes',
  'failedRows',
  'errorsTo',
];

export function addImportSchedule(add: Command, run: RunCommand): void {
  const command = addImportOptions(
    addTimingOptions(
      add
        .command('import')
        .description(
          'Imports every new file of a folder, or what an address gives if it changed. Takes the options of `dovetail import`.',
        )
        .argument('<name>', 'name of the schedule')
        .requiredOption('--from <place>', "folder and names ('inbox/*.csv'), or an address (https://…)"),
    ),
  )
    .option(
      '--done <folder>',
      "where a file goes when its run is over, relative to the file's folder (default: it stays)",
    )
    .option(
      '--failed <folder>',
      'where a file goes that was refused or whose run broke off (default: as --done)',
    )
    .addOption(
      new Option(
        '--same-content <rule>',
        'what a file is that has the content of an earlier one under another name',
      )
        .choices(['new', 'known'])
        .default('new'),
    )
    .option(
      '--settle <seconds>',
      'a file is whole when it has not changed for so long',
      wholeNumber(1),
      DEFAULT_SETTLE_SECONDS,
    )
    .option(
      '--request-header <name=value>',
      'of an address: a header of the request; {env:NAME} is a variable of the worker; may be repeated',
      nameAndValue,
    )
    .action(
      run(async (context, options: ImportScheduleOptions, name: string) => {
        const wrong = NOT_SCHEDULED.find((key) => options[key] !== undefined);
        if (wrong !== undefined) {
          const flag = `--${wrong.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
          throw cliError(101, {
            detail: `${flag} has no use on a schedule, where nobody is at the terminal.`,
          });
        }
        const { done, failed, sameContent, settle, requestHeader } = options;
        return addSchedule(context, name, options, {
          kind: 'import',
          settings: {
            from: toPlace(options.from, context.host.cwd),
            call: toScheduledImport(context, options),
            sameContent,
            settleSeconds: settle,
            ...(done === undefined ? {} : { done }),
            ...(failed === undefined ? {} : { failed }),
            ...(requestHeader === undefined ? {} : { headers: requestHeader }),
          },
        });
      }),
    );
  addHelpTail(command, {
    examples: [
      [
        "dovetail schedules add import prices --from 'inbox/*.csv' -m prices.yaml --cron '*/15 6-20 * * mon-fri' --done done --failed failed",
        'every new file, on working days',
      ],
      [
        "dovetail schedules add import stock --from https://erp.example.org/stock.csv -e stock_level --cron '0 * * * *' --time-zone Europe/Berlin",
        'every hour, if it changed',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function toScheduledImport(context: CommandContext, options: ImportScheduleOptions): ScheduledImport {
  const watch = { signal: context.signal, onProgress: () => {}, confirmRemoval: async () => false };
  const call = toImportCall(options, { source: { path: '' }, watch, cwd: context.host.cwd });
  const { entity, mapping, strategy, identity, empty, onDuplicate, create, onError, maxErrors } = call;
  const { removalLimit, writers, member, filesFrom, format, formatOptions, notify } = call;
  const given = {
    entity,
    mapping,
    strategy,
    identity,
    empty,
    onDuplicate,
    create,
    maxErrors,
    removalLimit,
    writers,
    member,
    filesFrom,
    format,
    notify,
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(set) as Partial<typeof call>), onError, formatOptions };
}

interface ExportScheduleOptions extends TimingOptions {
  readonly to: string;
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly mapping?: string;
  readonly format?: string;
  readonly full?: boolean;
  readonly formatOption?: Readonly<Record<string, string>>;
}

export function addExportSchedule(add: Command, run: RunCommand): void {
  const command = addTimingOptions(
    add
      .command('export')
      .description('Exports an entity into a folder. The file appears whole or not at all.')
      .argument('<name>', 'name of the schedule')
      .argument('<entity>', 'name of the entity')
      .requiredOption(
        '--to <file>',
        "folder and name; it may hold {date}, {time}, {entity}, {schedule}: 'out/products-{date}.csv'",
      ),
  )
    .option('-w, --where <condition>', 'only records for which this holds')
    .option('-f, --fields <paths>', 'these fields, in this order: sku,name,brand.name', commaList)
    .option('-m, --mapping <file>', 'the same mapping an import uses, the other way round')
    .option('--format <name>', 'the format (default: by the name of the file, else csv)')
    .option('--full', 'write the records referred to out whole, not by their identity')
    .option('--format-option <name=value>', 'an option of the format; may be repeated', nameAndValue)
    .option(
      '--notify <address>',
      'who is told of its end: mail:ops@example.org or https://…; may be repeated',
      each,
    )
    .action(
      run(async (context, options: ExportScheduleOptions, name: string, entity: string) => {
        const to = toPlace(options.to, context.host.cwd);
        if (to.kind === 'address')
          throw cliError(101, { detail: 'An export goes into a folder, not to an address.' });
        const { where, fields, mapping, notify } = options;
        return addSchedule(context, name, options, {
          kind: 'export',
          settings: {
            to,
            call: {
              entity,
              format: options.format ?? findFormatOf(fromPlace(to)) ?? 'csv',
              formatOptions: options.formatOption ?? {},
              full: options.full === true,
              ...(where === undefined ? {} : { where }),
              ...(fields === undefined ? {} : { fields }),
              ...(mapping === undefined ? {} : { mapping: resolve(context.host.cwd, mapping) }),
              ...(notify === undefined ? {} : { notify }),
            },
          },
        });
      }),
    );
  addHelpTail(command, {
    examples: [
      [
        "dovetail schedules add export nightly product --to 'out/products-{date}.csv' --cron '0 3 * * *'",
        'every night at three',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

async function addSchedule(
  context: CommandContext,
  name: string,
  options: TimingOptions,
  does: ScheduleWish['does'],
): Promise<ExitCode> {
  if (!/^[\w][\w.-]{0,62}$/.test(name)) {
    throw cliError(101, {
      detail: `'${name}' is no name for a schedule.`,
      hint: 'Letters, digits, dots, dashes and underscores; 63 at most.',
    });
  }
  const services = await openSchedules(context);
  const schedule = await services.add({ ...toTiming(options), name, does });
  context.result(toScheduleDocument(schedule), () =>
    toScheduleLines(schedule, [], { style: context.out.style, width: context.out.width() }),
  );
  context.remark('A running `dovetail work` does it when its time comes.');
  return ExitCode.ok;
}
