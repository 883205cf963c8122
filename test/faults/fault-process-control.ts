// Starting, following and killing the processes that import; only those that were started here.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FaultProcess {
  readonly child: ChildProcess;
  /** What it wrote so far, standard output and error one after the other. */
  said(): string;
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface ProcessWish {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input as a pipe that the test writes to; otherwise there is none. */
  readonly stdin?: boolean;
}

export function startProcess(script: string, args: readonly string[], wish: ProcessWish = {}): FaultProcess {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: [wish.stdin === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...wish.env },
  });
  const said: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr!.on('data', (chunk: Buffer) => said.push(chunk));
  // A process that was killed takes its end of the pipe with it.
  child.stdin?.on('error', () => {});
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return {
    child,
    said: () => Buffer.concat(said).toString('utf8'),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Asks again and again, and returns the first answer that is not undefined or false. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(10);
  }
}
