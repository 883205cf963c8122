// What a running command has at hand: its two ways out, the app, progress, questions, and the signal to stop.
import type { Clock } from '../foundation/lifecycle/clock.js';
import type { AppSettings, CliApp } from './cli-app.js';
import type { CliHost } from './cli-host.js';
import { type GlobalOptions, toAppSettings } from './global-options.js';
import { type Asker, createAsker } from './terminal/ask.js';
import type { OutputChannel } from './terminal/output-channel.js';
import {
  createProgressBar,
  type ProgressBar,
  type ProgressMode,
  pickProgressMode,
} from './terminal/progress-bar.js';
import { shortenPaths } from './terminal/short-path.js';

export interface CommandContext {
  readonly host: CliHost;
  readonly clock: Clock;
  readonly globals: GlobalOptions;
  readonly out: OutputChannel;
  readonly err: OutputChannel;
  readonly json: boolean;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** The command's result: `document` with --json, else the lines that `view` makes. */
  result(document: unknown, view: () => readonly string[]): void;
  /** A remark on stderr, for people: nothing with --quiet or --json. */
  remark(...lines: readonly string[]): void;
  progress(wish?: ProgressMode | 'auto'): ProgressBar;
  asker(yes: boolean): Asker;
  /** Connects at the first call, with `changes` to what the options say; closed when the command ends. */
  openApp(changes?: Pick<AppSettings, 'embedded' | 'ownDatabase' | 'log'>): Promise<CliApp>;
}

/** The context, and what the one who made it must do at the end. */
export interface ContextHandle {
  readonly context: CommandContext;
  /** Shows the cursor again; safe in a signal handler. */
  restoreTerminal(): void;
  close(): Promise<void>;
}

export function createCommandContext(
  host: CliHost,
  globals: GlobalOptions,
  channels: { readonly out: OutputChannel; readonly err: OutputChannel; readonly signal: AbortSignal },
): ContextHandle {
  const { out, err, signal } = channels;
  const json = globals.json === true;
  const bars: ProgressBar[] = [];
  let app: Promise<CliApp> | undefined;

  const context: CommandContext = {
    host,
    clock: host.clock,
    globals,
    out,
    err,
    json,
    signal,
    result(document, view) {
      if (json) out.lines(JSON.stringify(document, undefined, out.stream.isTTY === true ? 2 : undefined));
      else out.lines(...view());
    },
    remark(...lines) {
      if (!json && globals.quiet !== true) err.lines(...lines);
    },
    progress(wish = 'auto') {
      const terminal = err.stream.isTTY === true && host.env['TERM'] !== 'dumb';
      const bar = createProgressBar(
        err,
        pickProgressMode(wish, { terminal, quiet: globals.quiet === true, json }),
        host.clock,
      );
      bars.push(bar);
      return bar;
    },
    asker: (yes) => createAsker({ stdin: host.stdin, out: err, yes, signal }),
    openApp(changes) {
      app ??= host.createApp({
        ...toAppSettings(globals, {
          cwd: host.cwd,
          env: host.env,
          says: (line) => context.remark(err.style.dim(shortenPaths(line, host.cwd))),
        }),
        ...changes,
      });
      return app;
    },
  };

  return {
    context,
    restoreTerminal: () => {
      for (const bar of bars) bar.done();
    },
    async close() {
      for (const bar of bars) bar.done();
      const opened = await app?.catch(() => undefined);
      await opened?.close();
    },
  };
}
