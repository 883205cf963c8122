// dovetail deliveries: what was sent, what came back, and sending it again.
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openSubscriptions } from '../open-subscriptions.js';
import { wholeNumber } from '../option-values.js';
import { toDeliveryLines, toDeliveryListLines } from '../views/subscription-view.js';
import { unknownSubcommand } from './runs-command.js';

const viewOf = ({ out }: CommandContext) => ({ style: out.style, width: out.width() });

export const addDeliveriesCommand: AddCommand = (program, run) => {
  const deliveries = program
    .command('deliveries')
    .summary('see what subscriptions sent, and send it again')
    .description('Attempts to deliver changes, the newest first. Without a subcommand: the list.')
    .usage('[command] [options]');
  addList(deliveries, run);
  addShow(deliveries, run);
  addResend(deliveries, run);
  addHelpTail(deliveries, {
    examples: [
      ['dovetail deliveries list --subscription orders --outcome given_up', 'what nobody took'],
      ['dovetail deliveries resend 17', 'the same message once more'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
};

function deliveryNumber(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new InvalidArgumentError('It takes the number of a delivery.');
}

interface ListOptions {
  readonly subscription?: string;
  readonly outcome?: string;
  readonly record?: string;
  readonly message?: string;
  readonly limit: number;
  readonly before?: string;
}

function addList(deliveries: Command, run: RunCommand): void {
  const command = deliveries
    .command('list', { isDefault: true })
    .description('list the attempts')
    .option('-s, --subscription <name>', 'only those of a subscription')
    .option('--outcome <word>', 'only accepted, retry, refused, gone or given_up')
    .option('--record <record>', 'only those about a record: orders/17')
    .option('--message <id>', 'only those of a message')
    .option('--limit <n>', 'how many', wholeNumber(1), 20)
    .option('--before <delivery>', 'those before this one', deliveryNumber)
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, { message, ...options }: ListOptions, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(deliveries, word);
        const wish = { ...options, ...(message === undefined ? {} : { messageId: message }) };
        const found = await (await openSubscriptions(context)).listDeliveries(wish);
        context.result({ deliveries: found }, () => toDeliveryListLines(found, viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail deliveries list --subscription orders --outcome retry', 'what did not work at once'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(deliveries: Command, run: RunCommand): void {
  const command = deliveries
    .command('show')
    .description('show an attempt: what was sent, what came back')
    .argument('<delivery>', 'its number')
    .action(
      run(async (context, _options: object, id: string) => {
        const found = await (await openSubscriptions(context)).readDelivery(id);
        context.result(found, () => toDeliveryLines(found, viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail deliveries show 17', 'request and answer']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addResend(deliveries: Command, run: RunCommand): void {
  const command = deliveries
    .command('resend')
    .description(
      'send its message again: what waits or was given up at once and in its order, what was delivered once more',
    )
    .argument('<delivery>', 'its number')
    .action(
      run(async (context, _options: object, id: string) => {
        const outcome = await (await openSubscriptions(context)).resend(id, context.signal);
        context.result(outcome, () => [
          outcome.how === 'queued'
            ? 'It is tried again at once.'
            : `Sent: ${outcome.kind} ${outcome.status ?? ''}`.trimEnd(),
        ]);
        return outcome.how === 'queued' || outcome.kind === 'accepted' ? ExitCode.ok : ExitCode.refused;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail deliveries resend 17', 'the same message, under the same id']],
    exitCodes: [0, 2, 3, 7],
  });
}
