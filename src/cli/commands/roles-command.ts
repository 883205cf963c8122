// dovetail roles: what users and clients may do.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { toMoreLines, toRoleListLines } from '../views/access-view.js';
import { addListOptions, type ListOptions, showRole, toListWish, toWish, viewOf } from './access-options.js';
import { addGrantCommands } from './roles-grant-command.js';
import { unknownSubcommand } from './runs-command.js';

export const addRolesCommand: AddCommand = (program, run) => {
  const roles = program
    .command('roles')
    .summary('say who may do what: roles and what they allow')
    .description(
      'Roles and what they allow, to be given to users and clients. Without a subcommand: the list.',
    )
    .usage('[command] [options]');
  addList(roles, run);
  addShow(roles, run);
  addCreate(roles, run);
  addChange(roles, run);
  addGrantCommands(roles, run);
  addDelete(roles, run);
  addHelpTail(roles, {
    examples: [
      ['dovetail roles create sales', 'a role that allows nothing yet'],
      ['dovetail roles grant sales customer view update --level own', 'only records one owns'],
      ['dovetail roles field sales product cost --hide', 'all fields but this one'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

function addList(roles: Command, run: RunCommand): void {
  const command = addListOptions(
    roles
      .command('list', { isDefault: true })
      .description('list the roles, by name')
      // A mistyped subcommand arrives here as an argument nobody declared.
      .allowExcessArguments(true),
  ).action(
    run(async (context, options: ListOptions, word?: string) => {
      if (word !== undefined) throw unknownSubcommand(roles, word);
      const { items, next } = await (await openAccess(context)).roles.list(toListWish(options));
      context.result({ roles: items, ...(next === undefined ? {} : { next }) }, () => [
        ...toRoleListLines(items, viewOf(context)),
        ...toMoreLines(next),
      ]);
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [['dovetail roles list --json', 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(roles: Command, run: RunCommand): void {
  const command = roles
    .command('show')
    .description('show what a role allows')
    .argument('<role>', 'name of the role')
    .action(
      run(async (context, _options: object, name: string) =>
        showRole(context, await (await openAccess(context)).roles.read(name)),
      ),
    );
  addHelpTail(command, {
    examples: [['dovetail roles show sales', 'by entity, action and level']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addCreate(roles: Command, run: RunCommand): void {
  const command = roles
    .command('create')
    .description('add a role; it allows nothing yet')
    .argument('<role>', 'its name: letters, digits, and between them . _ and -')
    .option('--description <text>', 'what it is for')
    .action(
      run(async (context, options: { description?: string }, name: string) =>
        showRole(context, await (await openAccess(context)).roles.create({ name, ...toWish(options) })),
      ),
    );
  addHelpTail(command, {
    examples: [['dovetail roles create sales --description "Sells to own customers"', 'then grant']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addChange(roles: Command, run: RunCommand): void {
  const command = roles
    .command('change')
    .description('rename or describe a role')
    .argument('<role>', 'name of the role')
    .option('--name <name>', 'another name; whoever has the role keeps it')
    .option('--description <text>', "what it is for; '' takes it away")
    .action(
      run(async (context, options: { name?: string; description?: string }, name: string) =>
        showRole(context, await (await openAccess(context)).roles.change(name, toWish(options))),
      ),
    );
  addHelpTail(command, {
    examples: [['dovetail roles change sales --name vendors', 'another name']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(roles: Command, run: RunCommand): void {
  const command = roles
    .command('delete')
    .description('remove a role, also from whoever has it, after a question')
    .argument('<role>', 'name of the role')
    .option('-y, --yes', 'remove without asking')
    .action(
      run(async (context, options: { yes?: boolean }, name: string) => {
        const { roles: services } = await openAccess(context);
        const { users, clients } = await services.read(name);
        const text = `Remove the role ${name}, which ${users} users and ${clients} clients have?`;
        if (!(await context.asker(options.yes === true).confirm({ text }))) {
          context.result({ role: name, removed: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await services.delete(name);
        context.result({ role: name, removed: true }, () => [`Removed ${name}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail roles delete sales --yes', 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
