// dovetail clients: programs that use the API, their roles and keys.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { openAccess } from '../open-access.js';
import { commaList } from '../option-values.js';
import { toWish } from './access-options.js';
import { addKeyCommands } from './client-keys-command.js';
import { addOAuthCommand } from './client-oauth-command.js';
import { addHolderCommands, showHolder } from './holder-commands.js';

export const addClientsCommand: AddCommand = (program, run) => {
  const clients = program
    .command('clients')
    .summary('let programs in: clients, their roles and keys')
    .description('Programs that use the API, their roles and keys. Without a subcommand: the list.')
    .usage('[command] [options]');
  addHolderCommands(clients, run, {
    kind: 'client',
    argument: 'name',
    example: 'webshop',
    servicesOf: (access) => access.clients,
  });
  addCreate(clients, run);
  addChange(clients, run);
  addKeyCommands(clients, run);
  addOAuthCommand(clients, run);
  addHelpTail(clients, {
    examples: [
      ['dovetail clients create webshop --roles reader', 'a client that may read everything'],
      ['dovetail clients keys create webshop', 'its key, shown once'],
      ['dovetail clients oauth webshop --scopes read', 'or tokens, by OAuth2'],
      ['dovetail clients disable webshop', 'let it in no more'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

interface ClientOptions {
  readonly description?: string;
  readonly unit?: string;
  readonly subject?: string;
}

const addClientOptions = (command: Command): Command =>
  command
    .option('--description <text>', 'what it is for')
    .option('--unit <id>', 'the unit it belongs to')
    .option('--subject <text>', "what the owner fields of the application's tables hold for it");

function addCreate(clients: Command, run: RunCommand): void {
  const command = addClientOptions(
    clients.command('create').description('add a client').argument('<name>', 'name of the client'),
  )
    .option('--roles <names>', 'roles it gets, separated by commas', commaList)
    .action(
      run(async (context, options: ClientOptions & { roles?: readonly string[] }, name: string) => {
        const { clients: services, roles } = await openAccess(context);
        const { roles: wanted = [], ...wish } = options;
        // What is mistyped must not leave a client without roles behind.
        for (const role of wanted) await roles.read(role);
        const made = await services.create({ name, ...toWish(wish) });
        for (const role of wanted) await services.giveRole(made.id, role);
        return showHolder(context, await services.read(made.id));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail clients create webshop --roles reader', 'may see and export everything'],
      ['dovetail clients create north --unit north --roles branch', 'held to the records of its unit'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addChange(clients: Command, run: RunCommand): void {
  const command = addClientOptions(
    clients
      .command('change')
      .description("change what is known of a client; '' takes it away")
      .argument('<name>', 'the client'),
  )
    .option('--name <name>', 'another name')
    .action(
      run(async (context, options: ClientOptions & { name?: string }, name: string) => {
        const { clients: services } = await openAccess(context);
        return showHolder(context, await services.change(name, toWish(options)));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail clients change webshop --unit north', 'it belongs to another unit'],
      ["dovetail clients change webshop --unit ''", 'it belongs to none'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}
