// dovetail clients keys: made, listed, exchanged, revoked. A key is shown once, when it is made.
import type { Command } from 'commander';
import type { KeyWish, MadeKey } from '../../engine/access/index.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { toMoment, wholeNumber } from '../option-values.js';
import { toKeyListLines } from '../views/access-view.js';
import { viewOf } from './access-options.js';

export function addKeyCommands(clients: Command, run: RunCommand): void {
  const keys = clients
    .command('keys')
    .summary('make, list, exchange, revoke keys')
    .description('Keys with which clients say who they are. Without a subcommand: the list.')
    .usage('[command] [options]');
  addList(keys, run);
  addCreate(keys, run);
  addRotate(keys, run);
  addRevoke(keys, run);
  addHelpTail(keys, {
    examples: [
      ['dovetail clients keys create webshop', 'a new one, shown once'],
      ['dovetail clients keys revoke 12', 'the one that begins with dvt_12_'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

// The key stands alone in its line, so that a script can take the first.
function showKey(context: CommandContext, made: MadeKey): ExitCode {
  context.result(made, () => [
    made.key,
    `This is key ${made.id} of ${made.client}. It is kept nowhere and won't be shown again.`,
  ]);
  return ExitCode.ok;
}

function addList(keys: Command, run: RunCommand): void {
  const command = keys
    .command('list', { isDefault: true })
    .description('list the keys of a client, or all; never the keys themselves')
    .argument('[client]', 'name of the client')
    .action(
      run(async (context, _options: object, client?: string) => {
        const found = await (await openAccess(context)).keys.list(client);
        context.result({ keys: found }, () => toKeyListLines(found, context.clock.now(), viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail clients keys list webshop', 'when they were made, and last used']],
    exitCodes: [0, 2, 3, 7],
  });
}

interface CreateOptions {
  readonly label?: string;
  readonly expires?: Date;
}

function addCreate(keys: Command, run: RunCommand): void {
  const command = keys
    .command('create')
    .description('make a key, and show it this once')
    .argument('<client>', 'name of the client')
    .option('--label <text>', 'what it is for')
    .option('--expires <moment>', 'when it ends: 2027-06-30 (default: never)', toMoment)
    .action(
      run(async (context, { label, expires }: CreateOptions, client: string) => {
        const wish: KeyWish = {
          ...(label === undefined ? {} : { label }),
          ...(expires === undefined ? {} : { expiresAt: expires }),
        };
        return showKey(context, await (await openAccess(context)).keys.create(client, wish));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail clients keys create webshop --label nightly', 'for one purpose'],
      ['dovetail clients keys create webshop | head -1 > webshop.key', 'into a file, and nowhere else'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRotate(keys: Command, run: RunCommand): void {
  const command = keys
    .command('rotate')
    .description('make a key in place of another, with the same label and lifetime')
    .argument('<id>', 'the number after dvt_')
    .option('--grace <hours>', 'how long the old one goes on (default: not at all)', wholeNumber(0), 0)
    .action(
      run(async (context, options: { grace: number }, id: string) =>
        showKey(
          context,
          await (await openAccess(context)).keys.rotate(id, { graceMs: options.grace * 3_600_000 }),
        ),
      ),
    );
  addHelpTail(command, {
    examples: [['dovetail clients keys rotate 12 --grace 24', 'a day to put the new one in place']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRevoke(keys: Command, run: RunCommand): void {
  const command = keys
    .command('revoke')
    .description('refuse a key from now on, for good')
    .argument('<id>', 'the number after dvt_')
    .action(
      run(async (context, _options: object, id: string) => {
        const revoked = await (await openAccess(context)).keys.revoke(id);
        context.result(revoked, () => [`Revoked key ${id} of ${revoked.client}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail clients keys revoke 12', 'within seconds, in every process']],
    exitCodes: [0, 2, 3, 7],
  });
}
