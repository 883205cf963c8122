// The folder for what is Dovetail's own on this machine must be writable: imports from standard input begin there.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bad, type DoctorCheck, ok } from '../diagnosis.js';

/** The folder, or where it would be made: it is made by whoever first puts something there. */
export function findExisting(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : findExisting(dirname(folder));
}

export const checkDataFolder: DoctorCheck = {
  name: 'data folder',
  needs: 'database',
  async look({ app: { dataFolder } }) {
    const folder = findExisting(dataFolder);
    try {
      const tried = await mkdtemp(join(folder, '.dovetail-doctor-'));
      await writeFile(join(tried, 'written'), 'x');
      await rm(tried, { recursive: true });
      return ok(`${dataFolder} ${folder === dataFolder ? 'can be written' : 'can be made'}`);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      return bad(
        `${folder} can't be written (${why})`,
        'Give its folder to the user that runs Dovetail, or name another with --data-folder.',
      );
    }
  },
};
