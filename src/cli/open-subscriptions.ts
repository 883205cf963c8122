// The services of the door `subscriptions`, on a database that is set up.
import type { SubscriptionsServices } from '../doors/subscriptions/services/subscriptions-services.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** On a database that is set up. */
export async function openSubscriptions(context: CommandContext): Promise<SubscriptionsServices> {
  const app = await context.openApp();
  if (app.subscriptions === undefined) {
    throw cliError(103, {
      detail: 'This build of Dovetail comes without subscriptions.',
      hint: 'Install the whole package.',
    });
  }
  await app.prepare();
  return app.subscriptions.services;
}
