// One run of the command line, from words to exit code. Nothing in here ends the process.
import { Command, CommanderError } from 'commander';
import { toConnectionError } from '../app-errors.js';
import { listenForStop } from '../foundation/lifecycle/stop-signals.js';
import { cliError } from './cli-errors.js';
import type { CliHost } from './cli-host.js';
import { type ContextHandle, createCommandContext } from './command-context.js';
import { createRunCommand } from './command-runner.js';
import { COMMANDS } from './commands/index.js';
import { exitCodeOfError } from './error-exit.js';
import { ExitCode, listExitCodes } from './exit-codes.js';
import { addGlobalOptions } from './global-options.js';
import { createOutputChannel, isBrokenPipe, type OutputChannel } from './terminal/output-channel.js';
import { toErrorDocument, toErrorLines } from './views/error-view.js';

/** Runs one command line (without `node` and the script) and resolves to its exit code. Never rejects. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<ExitCode> {
  const asked = {
    color: !argv.includes('--no-color'),
    json: argv.includes('--json'),
    debug: argv.includes('--debug'),
  };
  const out = createOutputChannel(host.stdout, host.env, asked.color);
  const err = createOutputChannel(host.stderr, host.env, asked.color);
  let handle: ContextHandle | undefined;
  let code: ExitCode = ExitCode.ok;

  const stop = listenForStop(host.signals, {
    first: () => {
      handle?.context.remark('', 'Stopping as soon as nothing is lost. Ctrl-C again ends at once.');
    },
    second: () => {
      handle?.restoreTerminal();
      host.endNow(ExitCode.cancelled);
    },
  });

  const run = createRunCommand({
    open: (globals) => {
      handle = createCommandContext(host, globals, { out, err, signal: stop.signal });
      return handle.context;
    },
    ended: (ended) => {
      code = ended;
    },
  });

  try {
    const program = createProgram(host, out);
    for (const addCommand of COMMANDS) addCommand(program, run);
    await program.parseAsync(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (thrown) {
    const error = readError(thrown);
    if (error !== undefined) {
      handle?.restoreTerminal();
      code = exitCodeOfError(error);
      // Whoever closed the pipe got what they wanted; what failed because of it is no error.
      if (isBrokenPipe(out.closed.reason)) code = ExitCode.ok;
      else if (asked.json) out.lines(JSON.stringify({ error: toErrorDocument(error), exitCode: code }));
      else err.lines(...toErrorLines(error, { style: err.style, width: err.width(), debug: asked.debug }));
    }
  }

  code = await finish(handle, err, code, asked.debug);
  if (out.closed.aborted && !isBrokenPipe(out.closed.reason) && code === ExitCode.ok)
    code = ExitCode.unexpected;
  await Promise.all([out.flush(), err.flush()]);
  stop.release();
  return code;
}

/** The error to report; undefined where commander only ended early, after help or version. */
function readError(thrown: unknown): unknown {
  if (!(thrown instanceof CommanderError)) return toConnectionError(thrown);
  if (thrown.exitCode === 0) return undefined;
  const [first = '', ...rest] = thrown.message.replace(/^error: /, '').split('\n');
  const suggestion = rest.find((line) => line.startsWith('(Did you mean'));
  return cliError(101, {
    detail: `${first.charAt(0).toUpperCase()}${first.slice(1)}${/[.?!]$/.test(first) ? '' : '.'}`,
    hint: suggestion?.slice(1, -1) ?? 'Add --help to see what the command takes.',
  });
}

async function finish(
  handle: ContextHandle | undefined,
  err: OutputChannel,
  code: ExitCode,
  debug: boolean,
): Promise<ExitCode> {
  try {
    await handle?.close();
    return code;
  } catch (error) {
    err.lines(...toErrorLines(error, { style: err.style, width: err.width(), debug }));
    return code === ExitCode.ok ? ExitCode.unexpected : code;
  }
}

function createProgram(host: CliHost, out: OutputChannel): Command {
  const program = new Command('dovetail')
    .description('Joins a PostgreSQL-backed business application to every other system.')
    .version(host.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true, styleTitle: (text) => out.style.bold(text) })
    .configureOutput({
      writeOut: (text) => out.write(text),
      // Errors are rendered in one place, by runCli.
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => Math.min(out.width() ?? 100, 120),
      getOutHasColors: () => out.style.enabled,
    })
    .exitOverride();
  addGlobalOptions(program);
  program.addHelpText(
    'after',
    ['', 'Exit codes:', ...listExitCodes().map(({ code, meaning }) => `  ${code}  ${meaning}`)].join('\n'),
  );
  return program;
}
