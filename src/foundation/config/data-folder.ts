// Where Dovetail keeps what is its own on this machine: the embedded database, spooled sources, run files, its key.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const NAME = '.dovetail';

export interface DataFolderQuestion {
  /** What the caller named: an option, the environment, or the configuration, in that order. Relative to `workFolder`. */
  readonly given?: string | undefined;
  /** Folder of the configuration file, if there is one. */
  readonly configFolder?: string | undefined;
  /** Default: the current folder. */
  readonly workFolder?: string;
}

/**
 * The data folder's path, whether it exists or not: the one given, else `.dovetail` beside the configuration file, else
 * the nearest `.dovetail` of ours in this folder or one above, else `.dovetail` in this folder.
 */
export function readDataFolder(question: DataFolderQuestion = {}): string {
  const workFolder = resolve(question.workFolder ?? process.cwd());
  if (question.given !== undefined && question.given !== '') return resolve(workFolder, question.given);
  if (question.configFolder !== undefined) return join(question.configFolder, NAME);
  return findAbove(workFolder) ?? join(workFolder, NAME);
}

/** Makes the data folder, with a `.gitignore` so that nobody commits what is in it. Returns its path. */
export function prepareDataFolder(folder: string): string {
  // Passable for others, because the embedded server may run as another user. What is secret inside has modes of its own.
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const ignore = join(folder, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return folder;
}

function findAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isOurs(join(folder, NAME))) return join(folder, NAME);
    if (folder === dirname(folder)) return undefined;
  }
}

// Above the current folder may be one that everybody can write to; what someone else put there is not ours to use.
function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid());
}
