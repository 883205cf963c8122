// Reads `postmaster.pid`, in which a running server says where it listens, and defuses one that a crash left behind.
import { existsSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './start-lock.js';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Folder of the Unix socket; empty where there are none. */
  readonly socketFolder: string;
  /** Address for TCP; empty if it listens on none. */
  readonly address: string;
}

/** What the file of a data folder says; undefined if there is none or it isn't complete yet. */
export function findPostmaster(data: string): Postmaster | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  if (lines.length < 6) return undefined;
  const [pid = '', , , port = '', socketFolder = '', address = ''] = lines.map((line) => line.trim());
  return { pid: Math.abs(Number(pid)), port: Number(port), socketFolder, address };
}

/**
 * After a crash the file stays, and its process id may by now belong to some other process (in a container, quickly).
 * PostgreSQL would then refuse to start. The id is replaced by one no process can have, rather than the file removed,
 * because PostgreSQL also learns from the file which shared memory it must find abandoned before it starts.
 */
export function defuseStalePostmaster(data: string): void {
  const postmaster = findPostmaster(data);
  if (postmaster === undefined || !isAlive(postmaster.pid) || isServerOf(postmaster.pid, data)) return;
  const path = join(data, 'postmaster.pid');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [String(NO_PROCESS), ...lines.slice(1)].join('\n'));
}

/** Above every limit an operating system sets, and within the int that PostgreSQL reads. */
const NO_PROCESS = 2_147_483_646;

// A server's working folder is its data folder. Where that can't be seen, PostgreSQL's own check has to do.
function isServerOf(pid: number, data: string): boolean {
  if (!existsSync('/proc/self/cwd')) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
