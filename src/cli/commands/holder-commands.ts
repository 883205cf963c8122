// The subcommands that users and clients have in common.
import type { Command } from 'commander';
import type { Access, ApiClient, User } from '../../engine/access/index.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { toHolderLines, toHolderListLines, toMoreLines } from '../views/access-view.js';
import { addListOptions, type ListOptions, toListWish, viewOf } from './access-options.js';
import { unknownSubcommand } from './runs-command.js';

type Holder = User | ApiClient;

/** What of the services of users and of clients these commands call. */
interface Services {
  list(
    wish: ReturnType<typeof toListWish>,
  ): Promise<{ readonly items: readonly Holder[]; readonly next?: string }>;
  read(label: string): Promise<Holder>;
  giveRole(label: string, role: string): Promise<Holder>;
  takeRole(label: string, role: string, options: { readonly force: boolean }): Promise<Holder>;
  disable(label: string, options: { readonly force: boolean }): Promise<Holder>;
  enable(label: string): Promise<Holder>;
  delete(label: string, options: { readonly force: boolean }): Promise<void>;
}

export interface HolderWords {
  readonly kind: 'user' | 'client';
  /** What the argument is called: `email` or `name`. */
  readonly argument: string;
  /** For examples. */
  readonly example: string;
  readonly servicesOf: (access: Access) => Services;
}

const FORCE = ['--force', 'even if nobody is administrator afterwards'] as const;

export function addHolderCommands(group: Command, run: RunCommand, words: HolderWords): void {
  addList(group, run, words);
  addShow(group, run, words);
  addRoles(group, run, words);
  addStates(group, run, words);
  addDelete(group, run, words);
}

export function showHolder(context: CommandContext, holder: Holder): ExitCode {
  context.result(holder, () => toHolderLines(holder, viewOf(context)));
  return ExitCode.ok;
}

function addList(group: Command, run: RunCommand, { kind, servicesOf }: HolderWords): void {
  const command = addListOptions(
    group
      .command('list', { isDefault: true })
      .description(`list the ${kind}s, by ${kind === 'user' ? 'e-mail address' : 'name'}`)
      // A mistyped subcommand arrives here as an argument nobody declared.
      .allowExcessArguments(true),
  ).action(
    run(async (context, options: ListOptions, word?: string) => {
      if (word !== undefined) throw unknownSubcommand(group, word);
      const { items, next } = await servicesOf(await openAccess(context)).list(toListWish(options));
      context.result({ [`${kind}s`]: items, ...(next === undefined ? {} : { next }) }, () => [
        ...toHolderListLines(items, kind, viewOf(context)),
        ...toMoreLines(next),
      ]);
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [[`dovetail ${kind}s list --json`, 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(group: Command, run: RunCommand, words: HolderWords): void {
  const { kind, argument, example, servicesOf } = words;
  const command = group
    .command('show')
    .description(`show a ${kind}, and the roles it has`)
    .argument(`<${argument}>`, `the ${kind}`)
    .action(
      run(async (context, _options: object, label: string) =>
        showHolder(context, await servicesOf(await openAccess(context)).read(label)),
      ),
    );
  addHelpTail(command, {
    examples: [[`dovetail ${kind}s show ${example}`, 'roles, unit, subject']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRoles(group: Command, run: RunCommand, words: HolderWords): void {
  const { kind, argument, example, servicesOf } = words;
  const grant = group
    .command('grant')
    .description(`give a ${kind} roles`)
    .argument(`<${argument}>`, `the ${kind}`)
    .argument('<roles...>', 'names of roles')
    .action(
      run(async (context, _options: object, label: string, ...roles: string[]) => {
        const services = servicesOf(await openAccess(context));
        for (const role of roles) await services.giveRole(label, role);
        return showHolder(context, await services.read(label));
      }),
    );
  addHelpTail(grant, {
    examples: [[`dovetail ${kind}s grant ${example} reader`, 'may see and export everything']],
    exitCodes: [0, 2, 3, 7],
  });
  const revoke = group
    .command('revoke')
    .description(`take roles from a ${kind}`)
    .argument(`<${argument}>`, `the ${kind}`)
    .argument('<roles...>', 'names of roles')
    .option(...FORCE)
    .action(
      run(async (context, options: { force?: boolean }, label: string, ...roles: string[]) => {
        const services = servicesOf(await openAccess(context));
        for (const role of roles) await services.takeRole(label, role, { force: options.force === true });
        return showHolder(context, await services.read(label));
      }),
    );
  addHelpTail(revoke, {
    examples: [[`dovetail ${kind}s revoke ${example} reader`, 'has the other roles still']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addStates(group: Command, run: RunCommand, words: HolderWords): void {
  const { kind, argument, example, servicesOf } = words;
  const disable = group
    .command('disable')
    .description(`let a ${kind} in no more, and keep everything about it`)
    .argument(`<${argument}>`, `the ${kind}`)
    .option(...FORCE)
    .action(
      run(async (context, options: { force?: boolean }, label: string) =>
        showHolder(
          context,
          await servicesOf(await openAccess(context)).disable(label, { force: options.force === true }),
        ),
      ),
    );
  addHelpTail(disable, {
    examples: [[`dovetail ${kind}s disable ${example}`, 'within seconds, in every process']],
    exitCodes: [0, 2, 3, 7],
  });
  const enable = group
    .command('enable')
    .description(`let a disabled ${kind} in again`)
    .argument(`<${argument}>`, `the ${kind}`)
    .action(
      run(async (context, _options: object, label: string) =>
        showHolder(context, await servicesOf(await openAccess(context)).enable(label)),
      ),
    );
  addHelpTail(enable, {
    examples: [[`dovetail ${kind}s enable ${example}`, 'with the roles it had']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(group: Command, run: RunCommand, words: HolderWords): void {
  const { kind, argument, example, servicesOf } = words;
  const command = group
    .command('delete')
    .description(`remove a ${kind}${kind === 'client' ? ' with its keys' : ''}, after a question`)
    .argument(`<${argument}>`, `the ${kind}`)
    .option('-y, --yes', 'remove without asking')
    .option(...FORCE)
    .action(
      run(async (context, options: { yes?: boolean; force?: boolean }, label: string) => {
        const services = servicesOf(await openAccess(context));
        await services.read(label);
        if (!(await context.asker(options.yes === true).confirm({ text: `Remove the ${kind} ${label}?` }))) {
          context.result({ [kind]: label, removed: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await services.delete(label, { force: options.force === true });
        context.result({ [kind]: label, removed: true }, () => [`Removed ${label}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [[`dovetail ${kind}s delete ${example} --yes`, 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
