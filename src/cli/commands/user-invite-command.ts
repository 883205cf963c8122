// dovetail users invite: a link with which somebody sets their own password, once.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { momentText } from '../terminal/number-text.js';

export function addInviteCommand(users: Command, run: RunCommand): void {
  const command = users
    .command('invite')
    .description('make a link with which a user sets a password, once, within a day')
    .argument('<email>', 'the user')
    .option(
      '--url <address>',
      'where `dovetail start` is reached (default: publicUrl of the configuration, else this machine)',
    )
    .action(
      run(async (context, options: { readonly url?: string }, email: string) => {
        const { invitations } = await openAccess(context);
        const app = await context.openApp();
        const { token, expiresAt } = await invitations.invite(email);
        const base = (options.url ?? app.publicUrl ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
        const link = `${base}/invitation/${token}`;
        context.result({ user: email, link, expiresAt }, () => [
          link,
          `It works once, until ${momentText(expiresAt)}. It is kept nowhere and won't be shown again.`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail users invite ann@example.com', 'she chooses her password herself'],
      ['dovetail users invite ann@example.com --url https://data.example.org', 'reached by this address'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}
