// Saved exports that no longer fit the database.
import { type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkSavedExports: DoctorCheck = {
  name: 'exports',
  needs: 'schema',
  async look({ app: { files } }) {
    const saved = (await files?.readSavedExports()) ?? [];
    const found = [];
    for (const one of saved) {
      const decay = await files!.findDecay(one);
      if (decay !== undefined)
        found.push(...look(decay.detail, decay.hint ?? `dovetail exports show ${one.name}`));
    }
    return found.length > 0 ? found : ok(`${saved.length} saved, all fit the database`);
  },
};
