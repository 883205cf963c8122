// Where this package lies: the sources, what is built of them and what a test builds are not equally deep in it.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `package.json`, `migrations` and `demo`. */
export const PACKAGE_FOLDER = readPackageFolder(import.meta.dirname);

/** `0.1.0` */
export function readVersion(): string {
  const about = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as { version: string };
  return about.version;
}

function readPackageFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`${from} lies in no package.`);
  }
}
