// dovetail users sign-out: ends the sessions of somebody's browsers.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';

export function addSignOutCommand(users: Command, run: RunCommand): void {
  const command = users
    .command('sign-out')
    .description("end the sessions of all of a user's browsers; the user may sign in again")
    .argument('<email>', 'the user')
    .action(
      run(async (context, _options: object, email: string) => {
        const access = await openAccess(context);
        const user = await access.users.read(email);
        const ended = await access.sessions.end(user.id);
        context.result({ user: user.email, ended }, () => [
          ended === 0 ? `${user.email} was not signed in.` : `Ended ${ended} sessions of ${user.email}.`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail users sign-out ann@example.com', 'within seconds, in every process']],
    exitCodes: [0, 2, 3, 7],
  });
}
