// dovetail start: the API and a worker in one process; dovetail serve: the API alone.
import type { Command } from 'commander';
import type { CliApp } from '../cli-app.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { streamBeside } from '../stream-log.js';
import { countOf } from '../terminal/number-text.js';
import { createWorkLog } from '../work-log.js';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly drain: number;
  readonly concurrency: number;
}

const withAddress = (command: Command): Command =>
  command
    .option(
      '--host <address>',
      'whom to listen to; 0.0.0.0 is everybody who reaches this machine',
      '127.0.0.1',
    )
    .option('--port <n>', 'the port; 0 is any free one', wholeNumber(0), 4000)
    .option(
      '--drain <seconds>',
      'when asked to stop, first say so at /ready for so long while requests are still taken',
      wholeNumber(0),
      0,
    );

interface Served {
  readonly url: string;
  readonly invitation: Invitation;
  readonly stopped: Promise<void>;
}

/** Answers on until the end is asked for; then `/ready` says so, and after the time to notice it nothing new is taken. */
async function serveUntilStopped(
  context: CommandContext,
  app: CliApp,
  { host, port, drain }: ServeOptions,
): Promise<Served> {
  const { signal } = context;
  const server = await app.serve!({ host, port, signal });
  const stop = async (): Promise<void> => {
    await new Promise<void>((asked) => {
      if (signal.aborted) asked();
      signal.addEventListener('abort', () => asked(), { once: true });
    });
    await context.clock.sleep(drain * 1_000);
    await server.close();
  };
  return { url: server.url, invitation: await inviteFirst(server), stopped: stop() };
}

interface Invitation {
  readonly firstAdministrator?: string;
}

/** A one-time link while nobody can sign in: never a password that everybody knows. */
async function inviteFirst(server: { inviteFirst?(): Promise<string | undefined> }): Promise<Invitation> {
  const link = await server.inviteFirst?.();
  return link === undefined ? {} : { firstAdministrator: link };
}

const toInvitationLines = ({ firstAdministrator }: Invitation): string[] =>
  firstAdministrator === undefined
    ? []
    : [
        '',
        'Nobody can sign in yet. This link makes the first administrator; it works once, for a day:',
        firstAdministrator,
        '',
      ];

const toDocsHint = (url: string): string =>
  `What it can do is shown at ${url}/api/docs, to who has a key (dovetail clients keys).`;

export const addStartCommand: AddCommand = (program, run) => {
  const command = withAddress(
    program
      .command('start')
      .summary('serve the API, run queued work and read changes until stopped')
      .description(
        'Serves every entity as a resource of JSON:API under /api, runs what was queued, reads the changes of watched tables and delivers them ' +
          'to subscriptions, until Ctrl-C or SIGTERM; then answers what was asked and lets what runs come to a safe end. Listens to this machine ' +
          'only, unless --host says otherwise.',
      ),
  )
    .option('--concurrency <n>', 'jobs at once', wholeNumber(1), 2)
    .action(
      run(async (context, options: ServeOptions) => {
        const log = createWorkLog(context);
        const app = await context.openApp({ log });
        await app.prepare();
        const server = await serveUntilStopped(context, app, options);
        const { concurrency } = options;
        const workers = await app.jobs.startWorkers({ concurrency, signal: context.signal });
        const streaming = streamBeside(app, log, context.signal);
        context.result(
          {
            url: server.url,
            api: `${server.url}/api`,
            worker: workers.id,
            concurrency,
            ...server.invitation,
          },
          () => [
            `Serving ${app.target.says} at ${context.out.style.bold(`${server.url}/api`)}, ${countOf(concurrency, 'job')} at once. Ctrl-C stops it cleanly.`,
            toDocsHint(server.url),
            ...toInvitationLines(server.invitation),
          ],
        );
        const delivering = await app.subscriptions?.startDelivering();
        await Promise.all([workers.stopped, server.stopped, streaming]);
        await delivering?.close();
        context.remark('Stopped; nothing was left half-done.');
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail start', 'this machine alone reaches it, at port 4000'],
      ['dovetail start --host 0.0.0.0 --port 8080', 'behind a proxy that speaks TLS'],
    ],
    exitCodes: [0, 1, 2, 3, 7],
  });
};

export const addServeCommand: AddCommand = (program, run) => {
  const command = withAddress(
    program
      .command('serve')
      .summary('serve the API until stopped')
      .description(
        'Serves the API as `start` does, without running queued work: beside `dovetail work`, as many of each as wanted, on as many machines.',
      ),
  ).action(
    run(async (context, options: ServeOptions) => {
      const app = await context.openApp({ log: createWorkLog(context) });
      await app.prepare();
      const server = await serveUntilStopped(context, app, options);
      context.result({ url: server.url, api: `${server.url}/api`, ...server.invitation }, () => [
        `Serving ${app.target.says} at ${context.out.style.bold(`${server.url}/api`)}. Ctrl-C stops it cleanly.`,
        toDocsHint(server.url),
        ...toInvitationLines(server.invitation),
      ]);
      await server.stopped;
      context.remark('Stopped; every request that came was answered.');
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [['dovetail serve --port 4001', 'a second one beside the first']],
    exitCodes: [0, 1, 2, 3, 7],
  });
};
