// Makes the embedded server's data folder, whole or not at all.
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { postgresError } from '../postgres-errors.js';
import type { ServerAccount } from './server-account.js';
import type { ServerBinaries } from './server-binaries.js';
import { runAs } from './server-command.js';
import { INCLUDE_LINE } from './server-settings.js';

export const SUPERUSER = 'postgres';

/** The superuser's password: made once, kept in a file only its owner can read. */
export function readPassword(place: string): string {
  const path = join(place, 'password');
  if (!existsSync(path)) {
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    renameSync(unfinished, path);
  }
  return readFileSync(path, 'utf8').trim();
}

/** Makes `place/data` if it is missing. `durable: false` doesn't wait for the disk. Throws POSTGRES-102. */
export async function setUpCluster(
  place: string,
  binaries: ServerBinaries,
  account: ServerAccount | undefined,
  durable: boolean,
): Promise<void> {
  const data = join(place, 'data');
  if (existsSync(data)) return;
  // What a killed set-up left.
  for (const name of readdirSync(place)) {
    if (name.startsWith('data.unfinished-')) rmSync(join(place, name), { recursive: true, force: true });
  }
  const unfinished = join(place, `data.unfinished-${process.pid}`);
  const passwordCopy = join(unfinished, 'password');
  const cluster = join(unfinished, 'cluster');
  mkdirSync(unfinished);
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordCopy, `${readPassword(place)}\n`, { mode: 0o600 });
  for (const path of account === undefined ? [] : [unfinished, cluster, passwordCopy]) {
    chownSync(path, account!.uid, account!.gid);
  }
  chmodSync(unfinished, 0o700);
  const args = [
    '-D',
    cluster,
    '-U',
    SUPERUSER,
    '-E',
    'UTF8',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordCopy}`,
  ];
  if (!durable) args.push('--no-sync');
  await initialize(binaries, account, args, cluster);
  appendFileSync(join(cluster, 'postgresql.conf'), INCLUDE_LINE);
  renameSync(cluster, data);
  rmSync(unfinished, { recursive: true, force: true });
}

// C.UTF-8 sorts by code point and knows every letter's case. Where the C library lacks it, PostgreSQL's own is used.
async function initialize(
  binaries: ServerBinaries,
  account: ServerAccount | undefined,
  args: readonly string[],
  cluster: string,
): Promise<void> {
  const first = await runAs(account, binaries.initdb, [...args, '--locale=C.UTF-8']);
  if (first.code === 0) return;
  let output = first.output;
  if (/locale/i.test(output)) {
    for (const name of readdirSync(cluster)) rmSync(join(cluster, name), { recursive: true, force: true });
    const builtin = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const second = await runAs(account, binaries.initdb, [...args, ...builtin]);
    if (second.code === 0) return;
    output = second.output;
  }
  throw postgresError(102, {
    detail: `initdb failed: ${output.split('\n').slice(-6).join('\n')}`,
    hint: /effective user ID/.test(output)
      ? 'The user id Dovetail runs as has no entry in /etc/passwd, which PostgreSQL needs. Run as another user, or set DATABASE_URL.'
      : 'Set DATABASE_URL to a PostgreSQL 15 or newer to use that one instead.',
  });
}
