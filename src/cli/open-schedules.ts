// The schedules of the door `files`, on a database that is set up.
import type { SchedulesServices } from '../doors/files/schedules/schedules-services.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** On a database that is set up. */
export async function openSchedules(context: CommandContext): Promise<SchedulesServices> {
  const app = await context.openApp();
  if (app.schedules === undefined) {
    throw cliError(103, {
      detail: 'This build of Dovetail comes without schedules.',
      hint: 'Install the whole package.',
    });
  }
  await app.prepare();
  return app.schedules;
}
