// The door `initial-load` on a database that is set up, or a clear word where one of the two is missing.
import type { LoadServices } from '../doors/initial-load/load-services.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

export async function openLoad(context: CommandContext): Promise<LoadServices> {
  const app = await context.openApp();
  if (app.initialLoad !== undefined) {
    await app.prepare();
    return app.initialLoad;
  }
  throw cliError(103, {
    detail:
      'This build of Dovetail comes without the door "initial-load", which applies scripts and fixtures.',
    hint: 'Install the whole package.',
  });
}
