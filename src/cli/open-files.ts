// The door `files` on a database that is set up, or a clear word where one of the two is missing.

import type { FilesServices } from '../doors/files/files-services.js';
import { cliError } from './cli-errors.js';
import type { CommandContext } from './command-context.js';

/** `not needed`: what only reads works, in databases that are not ours, without the set-up too. */
export async function openFiles(
  context: CommandContext,
  { setUp }: { readonly setUp: 'needed' | 'not needed' } = { setUp: 'needed' },
): Promise<FilesServices> {
  const app = await context.openApp();
  if (app.files !== undefined) {
    if (setUp === 'needed' || app.target.ours) await app.prepare();
    return app.files;
  }
  throw cliError(103, {
    detail: 'This build of Dovetail comes without the door "files", which imports and exports.',
    hint: 'Install the whole package.',
  });
}
