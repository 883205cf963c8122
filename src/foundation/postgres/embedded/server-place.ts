// Decides where the server's data lies: in the folder asked for, or, where its account can't get there, in another
// place that is noted in that folder and so found again.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { postgresError } from '../postgres-errors.js';
import type { ServerAccount } from './server-account.js';
import { canAccess } from './server-command.js';

const NOTE = 'place.json';

interface Note {
  readonly place: string;
  /** The folder that asked for it. Tells a copied folder from a moved one. */
  readonly folder: string;
}

/** Makes the folder, and its parents, passable for the server's account. Returns its real path. */
export function prepareFolder(folder: string): string {
  try {
    const first = mkdirSync(folder, { recursive: true });
    // Against a umask that shuts others out: what is secret inside has modes of its own.
    if (first !== undefined) {
      for (let path = folder; path.length >= first.length; path = dirname(path)) chmodSync(path, 0o755);
    }
    return realpathSync(folder);
  } catch (cause) {
    throw postgresError(105, {
      detail: `The folder ${folder} can't be made: ${(cause as Error).message}`,
      hint: 'Name a folder you may write to with --data-folder, or set DATABASE_URL.',
      cause,
    });
  }
}

/** The place noted in a folder, if that still holds. */
export function findNotedPlace(folder: string): string | undefined {
  const note = findNote(folder);
  if (note === undefined || !existsSync(note.place)) return undefined;
  // A copy of a folder whose original is still there gets data of its own; a moved folder keeps them.
  if (note.folder !== folder && findNote(note.folder)?.place === note.place) return undefined;
  return note.place;
}

/**
 * Where the data lies, or will lie. `folder` must exist, with its real path. Throws POSTGRES-105 if the account can
 * use neither the folder nor any of the other places.
 */
export async function choosePlace(
  folder: string,
  account: ServerAccount | undefined,
  log: (line: string) => void,
  others: readonly string[] = listOtherPlaces(account),
): Promise<string> {
  if (existsSync(join(folder, 'data'))) return folder;
  const noted = findNotedPlace(folder);
  if (noted !== undefined) return noted;
  if (await isUsable(folder, account)) return folder;
  for (const parent of others) {
    const place = tryToMakePlace(parent, folder);
    if (place === undefined) continue;
    if (await isUsable(place, account)) {
      writeFileSync(join(folder, NOTE), `${JSON.stringify({ place, folder } satisfies Note)}\n`);
      log(`${account?.name ?? 'The server'} can't use ${folder}; the data lies in ${place}`);
      return place;
    }
    rmSync(place, { recursive: true, force: true });
  }
  throw postgresError(105, {
    detail: `The user ${account?.name ?? 'that runs Dovetail'} can't use ${folder}, nor ${others.join(', ')}.`,
    hint: 'Name a folder that user can reach with --data-folder, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  });
}

function findNote(folder: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NOTE), 'utf8')) as Note;
  } catch {
    return undefined;
  }
}

function listOtherPlaces(account: ServerAccount | undefined): readonly string[] {
  if (account !== undefined) return ['/var/lib/dovetail', '/var/tmp'];
  const home = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return process.platform === 'win32' ? [] : [join(home, 'dovetail'), '/var/tmp'];
}

function tryToMakePlace(parent: string, folder: string): string | undefined {
  try {
    if (!existsSync(parent)) prepareFolder(parent);
    // A name nobody can have made before us, so that nobody else owns it.
    const place = mkdtempSync(join(parent, `${toProjectName(folder)}-`));
    chmodSync(place, 0o755);
    return realpathSync(place);
  } catch {
    return undefined;
  }
}

// `/root/shop/.dovetail/postgres` is of `shop`.
function toProjectName(folder: string): string {
  const name = dirname(folder)
    .split(sep)
    .findLast((part) => part !== '' && !part.startsWith('.'));
  return `dovetail-${(name ?? 'data').replaceAll(/[^\w-]/g, '_')}`;
}

// PostgreSQL insists on owning its data folder, with mode 0700. Some mounted file systems grant neither.
async function isUsable(folder: string, account: ServerAccount | undefined): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const probe = join(folder, `probe-${process.pid}`);
  try {
    mkdirSync(probe);
    chmodSync(probe, 0o700);
    if (account !== undefined) chownSync(probe, account.uid, account.gid);
    const found = statSync(probe);
    const isKept = (found.mode & 0o777) === 0o700 && (account === undefined || found.uid === account.uid);
    return isKept && (await canAccess(account, '-w', probe));
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
