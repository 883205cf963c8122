// The folder for what is Dovetail's own on this machine must be writable: imports from standard input begin there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findExisting } from '../../../foundation/observe/disk-space.js';
import { bad, type DoctorCheck, ok } from '../diagnosis.js';

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
