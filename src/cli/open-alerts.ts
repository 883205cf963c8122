// The alerts, on a database that is set up.
import type { AlertServices } from '../engine/alerts/index.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** On a database that is set up. */
export async function openAlerts(context: CommandContext): Promise<AlertServices> {
  const app = await context.openApp();
  if (app.alerts === undefined) {
    throw cliError(103, {
      detail: 'This build of Dovetail comes without alerts.',
      hint: 'Install the whole package.',
    });
  }
  await app.prepare();
  return app.alerts;
}
