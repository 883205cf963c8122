// Everything the CLI takes from the process around it, so that a test can be that process.
import type { Clock } from '../foundation/lifecycle/clock.js';
import type { SignalSource } from '../foundation/lifecycle/stop-signals.js';
import type { CreateApp } from './cli-app.js';
import type { InputStream } from './terminal/ask.js';
import type { OutputStream } from './terminal/output-channel.js';

export interface CliHost {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly clock: Clock;
  readonly signals: SignalSource;
  readonly createApp: CreateApp;
  /** Ends the process at once: the second Ctrl-C. */
  readonly endNow: (exitCode: number) => void;
}
