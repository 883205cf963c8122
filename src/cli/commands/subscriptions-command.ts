// dovetail subscriptions: who is told of changes, and where they go.
import type { Command } from 'commander';
import type { SubscriptionsServices } from '../../doors/subscriptions/services/subscriptions-services.js';
import type { Subscription } from '../../doors/subscriptions/subscription.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openSubscriptions } from '../open-subscriptions.js';
import { wholeNumber } from '../option-values.js';
import { momentText } from '../terminal/number-text.js';
import {
  toSubscriptionDocument,
  toSubscriptionLines,
  toSubscriptionListLines,
} from '../views/subscription-view.js';
import { unknownSubcommand } from './runs-command.js';
import { addSubscriptionCreation, toPlace } from './subscriptions-create-command.js';

const viewOf = ({ out }: CommandContext) => ({ style: out.style, width: out.width() });

export const addSubscriptionsCommand: AddCommand = (program, run) => {
  const subscriptions = program
    .command('subscriptions')
    .summary('tell other systems of changes')
    .description(
      'Who is told of changes of which entities, and where they go. A running `dovetail start` or `dovetail work` delivers them. Without a subcommand: the list.',
    )
    .usage('[command] [options]');
  addList(subscriptions, run);
  addSubscriptionCreation(subscriptions, run);
  addOne(
    subscriptions,
    run,
    'show',
    'show a subscription',
    'what it wants, how far it is',
    (services, name) => services.read(name),
  );
  addOne(
    subscriptions,
    run,
    'pause',
    'deliver nothing until it is resumed',
    'nothing is lost meanwhile',
    (services, name) => services.pause(name),
  );
  addOne(
    subscriptions,
    run,
    'resume',
    'let one that is paused or disabled go on where it was',
    'from where it was',
    (services, name) => services.resume(name),
  );
  addTest(subscriptions, run);
  addReplay(subscriptions, run);
  addRotation(subscriptions, run);
  addDelete(subscriptions, run);
  addHelpTail(subscriptions, {
    examples: [
      ['dovetail subscriptions', 'all of them, with what waits'],
      ['dovetail subscriptions test orders', 'does the receiver answer?'],
      ['dovetail subscriptions replay orders --from 2026-11-27', 'what came since then, again'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

interface ListOptions {
  readonly state?: Subscription['state'];
  readonly sink?: string;
  readonly name?: string;
  readonly limit: number;
  readonly after?: string;
}

function addList(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('list', { isDefault: true })
    .description('list the subscriptions, by name')
    .option('--state <state>', 'only active, paused or disabled ones')
    .option('--sink <name>', 'only those of a sink')
    .option('--name <text>', 'only those with this in their names')
    .option('--limit <n>', 'how many', wholeNumber(1), 50)
    .option('--after <name>', 'those after this one')
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, { name, ...options }: ListOptions, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(subscriptions, word);
        const wish = { ...options, ...(name === undefined ? {} : { text: name }) };
        const found = await (await openSubscriptions(context)).list(wish);
        context.result({ subscriptions: found.map(toSubscriptionDocument) }, () =>
          toSubscriptionListLines(found, viewOf(context)),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail subscriptions list --state disabled --json', 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addOne(
  subscriptions: Command,
  run: RunCommand,
  name: string,
  says: string,
  example: string,
  work: (services: SubscriptionsServices, name: string) => Promise<Subscription>,
): void {
  const command = subscriptions
    .command(name)
    .description(says)
    .argument('<name>', 'name of the subscription')
    .action(
      run(async (context, _options: object, one: string) => {
        const found = await work(await openSubscriptions(context), one);
        context.result(toSubscriptionDocument(found), () => toSubscriptionLines(found, viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [[`dovetail subscriptions ${name} orders`, example]],
    exitCodes: [0, 2, 3, 7],
  });
}

function addTest(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('test')
    .description('send one message of type dovetail.subscription.test now, and say what came of it')
    .argument('<name>', 'name of the subscription')
    .action(
      run(async (context, _options: object, name: string) => {
        const outcome = await (await openSubscriptions(context)).test(name, context.signal);
        const { kind, status, says, tookMs } = outcome;
        context.result(outcome, () => [
          [kind === 'accepted' ? 'Accepted' : 'Not accepted', `in ${tookMs} ms`, status, says]
            .filter((part) => part !== undefined && part !== '')
            .join(', '),
        ]);
        return kind === 'accepted' ? ExitCode.ok : ExitCode.refused;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail subscriptions test orders', 'does the receiver answer?']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addReplay(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('replay')
    .description(
      'tell again what came after a position or a moment, under the ids it had; or try again what was given up',
    )
    .argument('<name>', 'name of the subscription')
    .option('--from <place>', 'a position, or a moment', toPlace)
    .option('--given-up', 'only what was given up')
    .option('-y, --yes', 'without asking')
    .action(
      run(
        async (
          context,
          options: { from?: ReturnType<typeof toPlace>; givenUp?: true; yes?: true },
          name: string,
        ) => {
          const services = await openSubscriptions(context);
          const { from } = options;
          if (options.givenUp === true) {
            const count = await services.resendGivenUp(name);
            context.result({ subscription: name, resent: count }, () => [`${count} are tried again.`]);
            return ExitCode.ok;
          }
          if (from === undefined || from === 'now')
            throw cliError(101, { detail: 'It takes --from with a position or a moment, or --given-up.' });
          await services.read(name);
          const text = `Tell ${name} again what came since? It gets everything after that a second time.`;
          if (!(await context.asker(options.yes === true).confirm({ text }))) {
            context.result({ subscription: name, replayed: false }, () => ['Nothing was changed.']);
            return ExitCode.cancelled;
          }
          const found = await services.replay(name, from);
          context.result(toSubscriptionDocument(found), () => toSubscriptionLines(found, viewOf(context)));
          return ExitCode.ok;
        },
      ),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail subscriptions replay orders --from 2026-11-27T14:30', 'what was committed since then'],
      ['dovetail subscriptions replay orders --given-up', 'what no attempt was left for'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

function addRotation(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('rotate-secret')
    .description('make another signing secret; messages are signed with both until the old one ends')
    .argument('<name>', 'name of the subscription')
    .option('--keep-hours <n>', 'hours that the old one stays good', wholeNumber(0), 24)
    .action(
      run(async (context, { keepHours }: { keepHours: number }, name: string) => {
        const made = await (await openSubscriptions(context)).rotateSecret(name, keepHours);
        context.result(made, () => [
          `The new secret, which is not shown again; the old one is good until ${momentText(made.oldUntil)}:`,
          made.secret,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail subscriptions rotate-secret orders --keep-hours 48', 'two days to change over']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('delete')
    .description('delete a subscription, with what waits for it and its log')
    .argument('<name>', 'name of the subscription')
    .option('-y, --yes', 'delete without asking')
    .action(
      run(async (context, options: { yes?: true }, name: string) => {
        const services = await openSubscriptions(context);
        const { waiting } = await services.read(name);
        const text = `Delete the subscription ${name}, and ${waiting} messages that wait?`;
        if (!(await context.asker(options.yes === true).confirm({ text }))) {
          context.result({ subscription: name, deleted: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await services.remove(name);
        context.result({ subscription: name, deleted: true }, () => [`Deleted ${name}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail subscriptions delete orders --yes', 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
