// Runs a program as the server's account, without its environment leaking into the server.
import { spawn } from 'node:child_process';
import type { ServerAccount } from './server-account.js';

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
    // 'exit', not 'close': a daemon that kept the pipe open must not keep us waiting.
    child.on('exit', (code) => {
      setImmediate(() =>
        resolve({ code: code ?? -1, output: Buffer.concat(pieces).toString('utf8').trim() }),
      );
    });
  });
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
