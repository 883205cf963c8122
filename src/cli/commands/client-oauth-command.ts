// dovetail clients oauth: how a client gets tokens. Its secret is shown once, when it is made.
import type { Command } from 'commander';
import { ALL_SCOPES, GRANTS, type MadeOAuthSettings, type OAuthWish } from '../../engine/access/index.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { commaList } from '../option-values.js';
import { toOAuthLines } from '../views/access-view.js';
import { viewOf } from './access-options.js';

interface OAuthOptions {
  readonly scopes?: readonly string[];
  readonly redirect?: readonly string[];
  readonly grants?: readonly string[];
  readonly public?: boolean;
  readonly confidential?: boolean;
  readonly rotateSecret?: boolean;
  readonly off?: boolean;
}

export function addOAuthCommand(clients: Command, run: RunCommand): void {
  const command = clients
    .command('oauth')
    .summary('let a client get tokens by OAuth2')
    .description(
      'Sets how a client gets tokens by OAuth2; what is not named stays. Without options: shows it. A secret is shown once, when it is made.',
    )
    .argument('<name>', 'name of the client')
    .option('--scopes <names>', `what it may ask for, of ${ALL_SCOPES.join(', ')} (default: read)`, commaList)
    .option('--redirect <addresses...>', 'where people are sent back to who let it in')
    .option(
      '--grants <names>',
      `of ${GRANTS.join(', ')} (default: the first; with --redirect the others)`,
      commaList,
    )
    .option('--public', 'it has no secret: a program in browsers or on phones')
    .option('--confidential', 'it has a secret, as is the default')
    .option('--rotate-secret', 'make another secret; the one before is refused from now on')
    .option('--off', 'it gets no tokens any more, and those it has are refused')
    .action(
      run(async (context, options: OAuthOptions, name: string) => {
        const { oauth } = await openAccess(context);
        checkOptions(options);
        if (options.off === true) {
          await oauth.remove(name);
          context.result({ client: name, oauth: false }, () => [`${name} gets no tokens any more.`]);
          return ExitCode.ok;
        }
        if (options.rotateSecret === true) return show(context, await oauth.rotateSecret(name));
        const wish = toWish(options);
        return show(context, wish === undefined ? await oauth.read(name) : await oauth.set(name, wish));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail clients oauth webshop --scopes read,write', 'a token for itself, with a secret'],
      ['dovetail clients oauth portal --redirect https://portal.example.org/back', 'people let it in'],
      ['dovetail clients oauth webshop --rotate-secret', 'another secret'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

// The secret stands alone in its line, so that a script can take the first.
function show(context: CommandContext, made: MadeOAuthSettings): ExitCode {
  context.result(made, () => [
    ...(made.secret === undefined
      ? []
      : [made.secret, "This is the secret. It is kept nowhere and won't be shown again.", '']),
    ...toOAuthLines(made, viewOf(context)),
  ]);
  return ExitCode.ok;
}

/** Undefined where nothing is to be changed. */
function toWish({ scopes, redirect, grants, ...flags }: OAuthOptions): OAuthWish | undefined {
  const wish: OAuthWish = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(redirect === undefined ? {} : { redirectUris: redirect }),
    ...(grants === undefined ? {} : { grants }),
    ...(flags.public === true ? { isPublic: true } : {}),
    ...(flags.confidential === true ? { isPublic: false } : {}),
  };
  return Object.keys(wish).length === 0 ? undefined : wish;
}

function checkOptions(options: OAuthOptions): void {
  if (options.public === true && options.confidential === true) {
    throw cliError(101, { detail: '--public and --confidential can not be had together.' });
  }
  const alone = [options.off, options.rotateSecret].filter((one) => one === true).length;
  if (alone > 1 || (alone === 1 && toWish(options) !== undefined)) {
    throw cliError(101, { detail: '--off and --rotate-secret each go alone.' });
  }
}
