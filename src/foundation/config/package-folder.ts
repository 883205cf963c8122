// Where this package lies: the sources, what is built of them and what a test builds are not equally deep in it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `package.json`, `migrations` and `demo`. */
export const PACKAGE_FOLDER = readPackageFolder(import.meta.dirname);

function readPackageFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`${from} lies in no package.`);
  }
}
