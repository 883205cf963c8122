// Gives the server's account binaries it can reach: those npm installed, or one copy beside the data.
import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { PlatformBinaries } from './platform-binaries.js';
import type { ServerAccount } from './server-account.js';
import { canAccess } from './server-command.js';

export interface ServerBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
}

/**
 * Returns binaries the account can run. Copies them into `place` (60 MB, once per version) if the installed ones lie
 * where it can't reach them or lack the links that libraries are found by. The installed package is never altered.
 */
export async function prepareBinaries(
  installed: PlatformBinaries,
  account: ServerAccount | undefined,
  place: string,
  log: (line: string) => void,
): Promise<ServerBinaries> {
  if (await isUsable(installed, installed.folder, account)) return toBinaries(installed.folder);
  const copy = join(place, `binaries-${installed.packageVersion}`);
  if (!existsSync(copy)) {
    log(`Copying the PostgreSQL binaries to ${copy}`);
    copyBinaries(installed, copy);
  }
  return toBinaries(copy);
}

function toBinaries(folder: string): ServerBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, 'bin', `initdb${suffix}`), pgCtl: join(folder, 'bin', `pg_ctl${suffix}`) };
}

async function isUsable(
  installed: PlatformBinaries,
  folder: string,
  account: ServerAccount | undefined,
): Promise<boolean> {
  if (installed.links.some((link) => !existsSync(join(folder, link.path)))) return false;
  if (process.platform === 'win32') return true;
  const programs = ['initdb', 'pg_ctl', 'postgres'].map((name) => join(folder, 'bin', name));
  const files = readdirSync(join(folder, 'lib')).find((name) => name.startsWith('libpq.'));
  const checks = [
    ...programs.map((path) => canAccess(account, '-x', path)),
    canAccess(account, '-r', join(folder, 'share', 'postgresql', 'postgres.bki')),
    canAccess(account, '-r', join(folder, 'lib', files ?? '.')),
  ];
  return (await Promise.all(checks)).every(Boolean);
}

function copyBinaries(installed: PlatformBinaries, copy: string): void {
  // Under another name until complete: a copy cut short by a kill is never taken for a whole one.
  const unfinished = `${copy}.unfinished-${process.pid}`;
  for (const name of readdirSync(dirname(copy))) {
    if (name.startsWith(`${basename(copy)}.unfinished-`)) {
      rmSync(join(dirname(copy), name), { recursive: true, force: true });
    }
  }
  cpSync(installed.folder, unfinished, { recursive: true, verbatimSymlinks: true });
  for (const link of installed.links) {
    const path = join(unfinished, link.path);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(unfinished, link.to)), path);
  }
  openToAll(unfinished);
  renameSync(unfinished, copy);
}

// The source may have been unpacked under a umask that shuts everyone else out.
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
