// What the commands of the change stream begin with.

import type { CliApp } from './cli-app.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** Throws CLI-103 where this installation lacks it. */
export async function openChanges(context: CommandContext): Promise<NonNullable<CliApp['changes']>> {
  const app = await context.openApp();
  await app.prepare();
  if (app.changes !== undefined) return app.changes;
  throw cliError(103, {
    detail: 'This installation has no change stream.',
    hint: 'Install the whole of Dovetail again: npm install dovetail.',
  });
}
