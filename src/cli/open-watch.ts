// What watches tables, on a database that is set up.
import type { WatchServices } from '../engine/changes/watch/watch-services.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

export async function openWatch(context: CommandContext): Promise<WatchServices> {
  const app = await context.openApp();
  if (app.watch === undefined) {
    throw cliError(103, {
      detail: 'This build of Dovetail comes without the change stream.',
      hint: 'Install the whole package.',
    });
  }
  await app.prepare();
  return app.watch;
}
