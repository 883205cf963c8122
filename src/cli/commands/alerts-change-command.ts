// dovetail alerts acknowledge | resolve | cleanup: by number, or all that the filters of the list find, after a question.
import type { Command } from 'commander';
import type { AlertFilter, AlertServices } from '../../engine/alerts/index.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAlerts } from '../open-alerts.js';
import { startedBy } from '../started-by.js';
import { countOf } from '../terminal/number-text.js';
import { type AlertFilterOptions, addAlertFilters, toAlertFilter } from './alert-options.js';

interface ChangeOptions extends AlertFilterOptions {
  readonly resolved?: boolean;
  readonly yes?: boolean;
}

export function addAcknowledge(alerts: Command, run: RunCommand): void {
  const command = alerts
    .command('acknowledge')
    .description('say that somebody sees to it: it is neither repeated nor escalated any more')
    .argument('<alerts...>', 'numbers of alerts')
    .action(
      run(async (context, _options: object, ...ids: readonly string[]) => {
        const services = await openAlerts(context);
        await checkThere(services, ids);
        const changed = await services.acknowledge({ ids }, startedBy());
        context.result({ acknowledged: changed, ids }, () => [`Acknowledged ${countOf(changed, 'alert')}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail alerts acknowledge 12 13', 'two of them']],
    exitCodes: [0, 2, 3, 7],
  });
}

export function addResolve(alerts: Command, run: RunCommand): void {
  const resolve = alerts
    .command('resolve')
    .description('say that it is over; most alerts are resolved by themselves when it goes well again')
    .argument('[alerts...]', 'numbers of alerts; without any the filters say which');
  const command = addAlertFilters(resolve, 'changes nothing: those are resolved already')
    .option('-y, --yes', 'resolve without asking')
    .action(
      run(async (context, options: ChangeOptions, ...ids: readonly string[]) => {
        const services = await openAlerts(context);
        const said = toAlertFilter(options);
        if (ids.length === 0 && Object.keys(said).length === 0)
          throw cliError(101, {
            detail: 'It takes numbers of alerts, or a filter.',
            hint: '`dovetail alerts resolve --source imports` resolves all of a source.',
          });
        if (ids.length > 0) await checkThere(services, ids);
        const filter: AlertFilter = ids.length > 0 ? { ...said, ids } : said;
        const count = await services.count(filter);
        const asks = ids.length === 0 && count > 0;
        if (asks && !(await confirm(context, options, `Resolve ${countOf(count, 'alert')}?`)))
          return leave(context, { resolved: 0 });
        const changed = await services.resolve(filter, startedBy());
        context.result({ resolved: changed }, () => [`Resolved ${countOf(changed, 'alert')}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail alerts resolve 12', 'one of them'],
      ['dovetail alerts resolve --source imports --type partly_failed', 'many, after a question'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export function addCleanup(alerts: Command, run: RunCommand): void {
  const cleanup = alerts
    .command('cleanup')
    .description('delete alerts for good, with who was told, after a question: without filters all of them');
  const command = addAlertFilters(cleanup, 'only resolved ones (default: whatever their state)')
    .option('--id <alert>', 'only this one; may be repeated', each)
    .option('-y, --yes', 'delete without asking')
    .action(
      run(async (context, options: ChangeOptions & { readonly id?: readonly string[] }) => {
        const services = await openAlerts(context);
        const said = toAlertFilter(options);
        const { id: ids } = options;
        if (ids !== undefined) await checkThere(services, ids);
        const filter: AlertFilter = {
          ...said,
          resolved: true,
          ...(options.resolved === true ? { state: 'resolved' } : {}),
          ...(ids === undefined ? {} : { ids }),
        };
        const count = await services.count(filter);
        const all = ids === undefined && Object.keys(said).length === 0 && options.resolved !== true;
        const text = all ? `Delete all ${countOf(count, 'alert')}?` : `Delete ${countOf(count, 'alert')}?`;
        if (count > 0 && !(await confirm(context, options, text))) return leave(context, { deleted: 0 });
        const deleted = await services.remove(filter, context.signal);
        context.result({ deleted }, () => [`Deleted ${countOf(deleted, 'alert')}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail alerts cleanup --resolved', 'those that are over'],
      ['dovetail alerts cleanup --id 12 --id 13 --yes', 'two of them'],
    ],
    notes: ['Resolved alerts older than 30 days (keep.alerts) are removed by a worker once a week.'],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

/** Throws ALERTS-101 before anything is changed. */
async function checkThere(services: AlertServices, ids: readonly string[]): Promise<void> {
  const wanted = new Set(ids);
  const sound = ids.every((id) => /^\d{1,18}$/.test(id));
  if (sound && (await services.count({ ids, resolved: true })) === wanted.size) return;
  // Says which.
  for (const id of wanted) await services.read(id);
}

const confirm = (context: CommandContext, { yes }: ChangeOptions, text: string): Promise<boolean> =>
  context.asker(yes === true).confirm({ text });

function leave(context: CommandContext, document: object): ExitCode {
  context.result(document, () => ['Nothing was changed.']);
  return ExitCode.cancelled;
}
