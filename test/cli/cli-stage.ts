// A process for the CLI to run in, made of streams that tests can read and signals that tests can send.
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { createApp } from '../../src/app.js';
import type { CliApp, CreateApp } from '../../src/cli/cli-app.js';
import type { CliHost } from '../../src/cli/cli-host.js';
import type { ExitCode } from '../../src/cli/exit-codes.js';
import { runCli } from '../../src/cli/run-cli.js';
import type { FilesServices } from '../../src/doors/files/files-services.js';
import type { Clock } from '../../src/foundation/lifecycle/clock.js';

export interface Stage {
  readonly host: CliHost;
  readonly signals: EventEmitter;
  readonly clock: HandClock;
  /** What was written so far. */
  stdout(): string;
  stderr(): string;
  /** Exit codes given to a hard end. */
  readonly ended: number[];
}

export interface StageSettings {
  /** Columns of the terminal that stdout and stderr are; undefined: both are pipes. */
  readonly terminal?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: Readable & { isTTY?: boolean };
  readonly createApp?: CreateApp;
  /** After so many bytes the reader of stdout has gone. */
  readonly stdoutBreaksAfter?: number;
}

/** A clock that stands still until it is told. */
export interface HandClock extends Clock {
  pass(ms: number): void;
}

export function createHandClock(): HandClock {
  let now = Date.UTC(2026, 0, 1);
  const ticks = new Set<{ ms: number; due: number; work: () => void }>();
  return {
    now: () => new Date(now),
    every(ms, work) {
      const tick = { ms, due: now + ms, work };
      ticks.add(tick);
      return () => ticks.delete(tick);
    },
    sleep: () => Promise.resolve(),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...ticks].filter((tick) => tick.due <= end).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        now = next.due;
        next.due += next.ms;
        next.work();
      }
      now = end;
    },
  };
}

export function createStage(settings: StageSettings = {}): Stage {
  const sink = (breaksAfter = Number.POSITIVE_INFINITY) => {
    let text = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        if (text.length > breaksAfter) done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
        else done();
      },
    });
    if (settings.terminal !== undefined) Object.assign(stream, { isTTY: true, columns: settings.terminal });
    return { stream, text: () => text };
  };
  const out = sink(settings.stdoutBreaksAfter);
  const err = sink();
  const signals = new EventEmitter();
  const clock = createHandClock();
  const ended: number[] = [];
  return {
    signals,
    clock,
    ended,
    stdout: out.text,
    stderr: err.text,
    host: {
      stdin: settings.stdin ?? Readable.from([]),
      stdout: out.stream,
      stderr: err.stream,
      env: settings.env ?? {},
      cwd: settings.cwd ?? '/work',
      version: '1.2.3',
      clock,
      signals,
      createApp: settings.createApp ?? createApp,
      endNow: (code) => ended.push(code),
    },
  };
}

export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  readonly stage: Stage;
}

export async function runOnStage(argv: readonly string[], settings: StageSettings = {}): Promise<Ran> {
  const stage = createStage(settings);
  const code = await runCli(argv, stage.host);
  return { code, stdout: stage.stdout(), stderr: stage.stderr(), stage };
}

/** An app with nothing but the services given: for what the commands do with them, not for what these do. */
export function appWith(files: Partial<FilesServices>, closed: string[] = []): CreateApp {
  return async () =>
    ({
      target: { kind: 'option', says: 'shop on db.example:5432 (--database)' },
      files: { listArchive: async () => [], ...files },
      prepare: async () => {},
      close: async () => {
        closed.push('closed');
      },
    }) as unknown as CliApp;
}
