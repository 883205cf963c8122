// dovetail users: people, their roles and passwords.
import { randomBytes } from 'node:crypto';
import { text as readText } from 'node:stream/consumers';
import type { Command } from 'commander';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { commaList } from '../option-values.js';
import { toWish } from './access-options.js';
import { addHolderCommands, showHolder } from './holder-commands.js';
import { addInviteCommand } from './user-invite-command.js';
import { addSignOutCommand } from './user-sign-out-command.js';

export const addUsersCommand: AddCommand = (program, run) => {
  const users = program
    .command('users')
    .summary('let people in: users, their roles and passwords')
    .description('People who use Dovetail, their roles and passwords. Without a subcommand: the list.')
    .usage('[command] [options]');
  addHolderCommands(users, run, {
    kind: 'user',
    argument: 'email',
    example: 'ann@example.com',
    servicesOf: (access) => access.users,
  });
  addCreate(users, run);
  addChange(users, run);
  addPassword(users, run);
  addInviteCommand(users, run);
  addSignOutCommand(users, run);
  addHelpTail(users, {
    examples: [
      ['dovetail users create ann@example.com --name Ann --roles administrator', 'the first one'],
      ['dovetail users invite ann@example.com', 'a link with which she sets her password'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

interface UserOptions {
  readonly name?: string;
  readonly unit?: string;
  readonly subject?: string;
}

const addUserOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'the name (default: the e-mail address)')
    .option('--unit <id>', 'the unit the user belongs to')
    .option('--subject <text>', "what the owner fields of the application's tables hold for the user");

function addCreate(users: Command, run: RunCommand): void {
  const command = addUserOptions(
    users.command('create').description('add a user').argument('<email>', 'e-mail address'),
  )
    .option('--roles <names>', 'roles the user gets, separated by commas', commaList)
    .action(
      run(async (context, options: UserOptions & { roles?: readonly string[] }, email: string) => {
        const { users: services, roles } = await openAccess(context);
        const { roles: wanted = [], ...wish } = options;
        // What is mistyped must not leave a user without roles behind.
        for (const role of wanted) await roles.read(role);
        const made = await services.create({ email, ...toWish(wish) });
        for (const role of wanted) await services.giveRole(made.id, role);
        return showHolder(context, await services.read(made.id));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail users create ann@example.com --name Ann --roles reader', 'may see and export everything'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addChange(users: Command, run: RunCommand): void {
  const command = addUserOptions(
    users
      .command('change')
      .description("change what is known of a user; '' takes unit or subject away")
      .argument('<email>', 'the user'),
  )
    .option('--email <email>', 'another e-mail address')
    .action(
      run(async (context, options: UserOptions & { email?: string }, email: string) => {
        const { users: services } = await openAccess(context);
        return showHolder(context, await services.change(email, toWish(options)));
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail users change ann@example.com --unit north', 'she belongs to another unit']],
    exitCodes: [0, 2, 3, 7],
  });
}

interface PasswordOptions {
  readonly generate?: boolean;
  readonly none?: boolean;
}

function addPassword(users: Command, run: RunCommand): void {
  const command = users
    .command('password')
    .description('set the password of a user, from standard input')
    .argument('<email>', 'the user')
    .option('--generate', 'make one, and show it this once')
    .option('--none', 'no password: nobody signs in with one')
    .action(
      run(async (context, options: PasswordOptions, email: string) => {
        const { users: services } = await openAccess(context);
        const { email: found } = await services.read(email);
        const password = await choosePassword(context, options, email);
        await services.setPassword(email, password);
        const shown = options.generate === true ? { password } : {};
        context.result({ user: found, ...shown }, () => [
          ...(options.generate === true ? [`${password}`] : []),
          password === null
            ? `${found} has no password any more.`
            : `${found} has a new password.${options.generate === true ? " It is kept nowhere and won't be shown again." : ''}`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail users password ann@example.com < password.txt', 'the first line of a file'],
      ['dovetail users password ann@example.com --generate', 'one made by chance'],
    ],
    exitCodes: [0, 2, 3, 7, 8],
  });
}

// Never as an argument: the list of processes would show it to everybody on the machine.
async function choosePassword(
  context: CommandContext,
  { generate, none }: PasswordOptions,
  email: string,
): Promise<string | null> {
  if (generate === true && none === true) {
    throw cliError(101, { detail: '--generate and --none can not be had together.' });
  }
  if (none === true) return null;
  if (generate === true) return randomBytes(18).toString('base64url');
  if (context.host.stdin.isTTY === true) {
    throw cliError(102, {
      detail: 'The password is read from standard input, which is a terminal that would show it.',
      hint: `Pipe it in, or let one be made: dovetail users password ${email} --generate`,
    });
  }
  return (await readText(context.host.stdin)).split(/\r?\n/)[0] ?? '';
}
