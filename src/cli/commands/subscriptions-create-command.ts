// dovetail subscriptions create: what is wanted, by whom, and where it goes.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SubscriptionWish } from '../../doors/subscriptions/services/subscription-wish.js';
import {
  FORMS,
  MODES,
  type Mode,
  OPERATIONS,
  type Operation,
  type Owner,
  type PayloadForm,
} from '../../doors/subscriptions/subscription.js';
import { PROGRAM } from '../../engine/access/index.js';
import { parsePosition } from '../../engine/changes/index.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { openSubscriptions } from '../open-subscriptions.js';
import { commaList, toMoment } from '../option-values.js';
import { startedBy } from '../started-by.js';
import { toSubscriptionDocument, toSubscriptionLines } from '../views/subscription-view.js';

interface CreateOptions {
  readonly entity: readonly string[];
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly operations?: readonly string[];
  readonly form: PayloadForm;
  readonly mode: Mode;
  readonly sink: string;
  readonly set?: Readonly<Record<string, readonly string[]>>;
  readonly owner?: string;
  readonly from: SubscriptionWish['from'];
}

export function addSubscriptionCreation(subscriptions: Command, run: RunCommand): void {
  const command = subscriptions
    .command('create')
    .description('add a subscription; everything is checked first')
    .argument('<name>', 'name of the subscription')
    .requiredOption('-e, --entity <names>', 'whose changes, separated by commas', commaList)
    .option('-w, --where <condition>', 'only records for which this CEL holds: row["status"] == "paid"')
    .option('-f, --fields <names>', 'only these fields, and updates of them', commaList)
    .option('--operations <words>', `only these: ${OPERATIONS.join(', ')}`, commaList)
    .addOption(
      new Option('--form <form>', 'the record as the API shows it, or only its key')
        .choices([...FORMS])
        .default('document'),
    )
    .addOption(
      new Option('--mode <mode>', 'every change, or of those of a record that wait the last one')
        .choices([...MODES])
        .default('every'),
    )
    .option('--sink <name>', 'where to', 'webhook')
    .option(
      '--set <name=value>',
      'a setting of the sink; {env:NAME} is a variable of the environment; may be repeated',
      gather,
    )
    .option(
      '--owner <who>',
      'client:NAME or user:E-MAIL, whose rights decide what is told (default: everything)',
    )
    .option('--from <place>', 'now, a position, or a moment from which on changes are told', toPlace, 'now')
    .action(
      run(async (context, options: CreateOptions, name: string) => {
        const services = await openSubscriptions(context);
        const { where, fields, operations, form, mode, sink, from } = options;
        const made = await services.create({
          name,
          owner: await findOwner(context, options.owner),
          wants: options.entity.map((entity) => ({
            entity,
            ...(where === undefined ? {} : { where }),
            ...(fields === undefined ? {} : { fields }),
            ...(operations === undefined ? {} : { operations: operations as readonly Operation[] }),
          })),
          form,
          mode,
          sink,
          settings: toSettings(options.set ?? {}, context.host.env),
          ...(from === undefined ? {} : { from }),
          createdBy: startedBy(),
        });
        const { subscription, remarks, secret } = made;
        context.result(
          { ...toSubscriptionDocument(subscription), remarks, ...(secret === undefined ? {} : { secret }) },
          () => [
            ...toSubscriptionLines(subscription, { style: context.out.style, width: context.out.width() }),
            ...(secret === undefined
              ? []
              : ['', 'Messages are signed with this secret, which is not shown again:', secret]),
            ...remarks,
          ],
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      [
        'dovetail subscriptions create orders -e order --set url=https://erp.example.org/hook',
        'every change of an order, signed',
      ],
      [
        `dovetail subscriptions create paid -e order -w 'row["status"] == "paid"' --owner client:erp --set url={env:HOOK_URL}`,
        'only paid ones, of those that the client sees',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function gather(
  text: string,
  before: Readonly<Record<string, readonly string[]>> = {},
): Readonly<Record<string, readonly string[]>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes name=value.');
  const name = text.slice(0, at);
  return { ...before, [name]: [...(before[name] ?? []), text.slice(at + 1)] };
}

/** A setting that is given once is that value; the sink knows which may be several. */
function toSettings(
  given: Readonly<Record<string, readonly string[]>>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, unknown>> {
  const read = (text: string): string => {
    const variable = /^\{env:(\w+)\}$/.exec(text)?.[1];
    if (variable === undefined) return text;
    const value = env[variable];
    if (value !== undefined && value !== '') return value;
    throw cliError(101, { detail: `The variable ${variable} is not set in the environment.` });
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => [
      name,
      values.length === 1 ? read(values[0]!) : values.map(read),
    ]),
  );
}

async function findOwner(context: CommandContext, text: string | undefined): Promise<Owner> {
  if (text === undefined) return { kind: 'program', id: PROGRAM.id };
  const [, kind, name] = /^(client|user):(.+)$/.exec(text) ?? [];
  if (kind === undefined || name === undefined)
    throw cliError(101, {
      detail: `'${text.slice(0, 80)}' is no owner.`,
      hint: 'Write client:NAME or user:E-MAIL.',
    });
  const access = await openAccess(context);
  const found = kind === 'client' ? await access.clients.read(name) : await access.users.read(name);
  return { kind: kind as 'client' | 'user', id: found.id };
}

/** `now`, a position, or a moment. */
export function toPlace(text: string): NonNullable<SubscriptionWish['from']> {
  if (text === 'now') return text;
  return parsePosition(text) ?? toMoment(text);
}
