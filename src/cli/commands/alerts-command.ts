// dovetail alerts: what a person should know, and what is done about it.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAlerts } from '../open-alerts.js';
import { wholeNumber } from '../option-values.js';
import { countOf } from '../terminal/number-text.js';
import { toAlertLines, toAlertListLines, toSummaryLines } from '../views/alert-view.js';
import { type AlertFilterOptions, addAlertFilters, toAlertFilter } from './alert-options.js';
import { addAcknowledge, addCleanup, addResolve } from './alerts-change-command.js';
import { unknownSubcommand } from './runs-command.js';

export const addAlertsCommand: AddCommand = (program, run) => {
  const alerts = program
    .command('alerts')
    .summary('what a person should know: list, show, acknowledge, resolve')
    .description(
      'What went wrong, each problem once however often it came. Without a subcommand: those that are not resolved.',
    )
    .usage('[command] [options]');
  addList(alerts, run);
  addShow(alerts, run);
  addAcknowledge(alerts, run);
  addResolve(alerts, run);
  addCleanup(alerts, run);
  addHelpTail(alerts, {
    examples: [
      ['dovetail alerts', 'the latest twenty that are not resolved'],
      ['dovetail alerts list --summary', 'how many of each kind'],
      ['dovetail alerts acknowledge 12', 'somebody sees to it: it is told no more'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

interface ListOptions extends AlertFilterOptions {
  readonly resolved?: boolean;
  readonly summary?: boolean;
  readonly page: number;
  readonly limit: number;
}

function addList(alerts: Command, run: RunCommand): void {
  const list = alerts.command('list', { isDefault: true }).description('list alerts, the latest first');
  const command = addAlertFilters(list, 'resolved ones too')
    .option('--summary', 'only how many there are of each source, resource and type')
    .option('--page <n>', 'which page', wholeNumber(1), 1)
    .option('--limit <n>', 'how many a page has', wholeNumber(1), 20)
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, options: ListOptions, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(alerts, word);
        const services = await openAlerts(context);
        const filter = { ...toAlertFilter(options), resolved: options.resolved === true };
        const view = { style: context.out.style, width: context.out.width() };
        if (options.summary === true) {
          const groups = await services.summarize(filter);
          context.result({ groups }, () => toSummaryLines(groups, view));
          return ExitCode.ok;
        }
        const { page, limit } = options;
        const [total, found] = await Promise.all([
          services.count(filter),
          services.list(filter, { limit, offset: (page - 1) * limit }),
        ]);
        const pages = Math.max(1, Math.ceil(total / limit));
        context.result({ alerts: found, page, pages, total }, () =>
          found.length === 0 && total > 0
            ? [`There are ${countOf(pages, 'page')}.`]
            : toAlertListLines(found, view),
        );
        if (page < pages) context.remark(`${countOf(total, 'alert')}; the next page: --page ${page + 1}`);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail alerts list --source imports --severity error', 'imports that failed'],
      ['dovetail alerts list --resolved --since 2026-11-01 --page 2', 'also those that are over'],
      ['dovetail alerts list --summary --json', 'amounts for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(alerts: Command, run: RunCommand): void {
  const command = alerts
    .command('show')
    .description('show an alert whole, and who was told of it')
    .argument('<alert>', 'number of the alert')
    .action(
      run(async (context, _options: object, id: string) => {
        const alert = await (await openAlerts(context)).read(id);
        context.result(alert, () =>
          toAlertLines(alert, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail alerts show 12', 'what it says, since when, and who was told']],
    exitCodes: [0, 2, 3, 7],
  });
}
