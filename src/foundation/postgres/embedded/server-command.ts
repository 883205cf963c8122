// Runs a program as the server's account, without its environment leaking into the server.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { ServerAccount } from './server-account.js';

/** How long what a program said last is waited for, once it has ended. */
const LAST_WORDS_MS = 2_000;

export interface CommandResult {
  /** Exit code; -1 if the program could not be started or was killed. */
  readonly code: number;
  /** Standard output and error, in the order they came. */
  readonly output: string;
}

/** Runs a program to its end. Never throws: a program that can't be started gives code -1 and the reason as output. */
export function runAs(
  account: ServerAccount | undefined,
  program: string,
  args: readonly string[],
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      // A place every account can be in; the caller's own folder may be closed to the server's account.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: toServerEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    // The pipe may hold words when the program has ended, and a busy machine takes its time to bring them; but a daemon that kept the
    // pipe open must not keep us waiting.
    child.on('exit', (code, signal) => {
      const end = () => {
        clearTimeout(patience);
        const output = Buffer.concat(pieces).toString('utf8').trim();
        resolve({ code: code ?? -1, output: toOutput(output, program, signal) });
      };
      const patience = setTimeout(end, LAST_WORDS_MS);
      child.on('close', end);
    });
  });
}

/** A program that was killed says nothing of it itself. */
function toOutput(output: string, program: string, signal: NodeJS.Signals | null): string {
  if (signal === null) return output;
  return [output, `${basename(program)} was ended by ${signal}.`].filter(Boolean).join('\n');
}

/** True if the account may do what the shell's `test` is asked, such as `-x` for passing through a folder. */
export async function canAccess(
  account: ServerAccount | undefined,
  test: '-x' | '-r' | '-w',
  path: string,
): Promise<boolean> {
  return (await runAs(account, '/bin/sh', ['-c', `test ${test} "$1"`, 'sh', path])).code === 0;
}

// PGDATA, PGPORT and their like, LD_LIBRARY_PATH and NODE_OPTIONS of the caller mean nothing to this server, or harm it.
function toServerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'windir'];
  const entries = kept.flatMap((name) =>
    environment[name] === undefined ? [] : [[name, environment[name]]],
  );
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC' };
}
