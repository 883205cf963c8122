// The room `access`, on a database that is set up.
import type { Access } from '../engine/access/index.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** On a database that is set up. */
export async function openAccess(context: CommandContext): Promise<Access> {
  const app = await context.openApp();
  if (app.access === undefined) {
    throw cliError(103, {
      detail: 'This build of Dovetail comes without roles, users and clients.',
      hint: 'Install the whole package.',
    });
  }
  await app.prepare();
  return app.access;
}
