// The storage that keeps copies of sources and files of failed rows where other machines find them.
import { type DoctorCheck, ok } from '../diagnosis.js';

export const checkRunFiles: DoctorCheck = {
  name: 'run files',
  needs: 'database',
  async look({ app }) {
    // Throws where it can't be reached.
    const storage = await app.files?.probeRunFiles();
    return ok(storage === undefined ? 'They lie in the data folder' : `The storage ${storage} answers`);
  },
};
