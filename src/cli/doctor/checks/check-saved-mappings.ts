// Saved mappings that no longer fit the database.
import { type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkSavedMappings: DoctorCheck = {
  name: 'mappings',
  needs: 'schema',
  async look({ app: { files } }) {
    const saved = (await files?.listMappings()) ?? [];
    const unfit: { readonly name: string; readonly why: string }[] = [];
    for (const { name } of saved) {
      // By name only: no file of that name can come in between.
      const { problems } = await files!.checkMapping({ mapping: '', mappingName: name });
      if (problems[0] !== undefined) unfit.push({ name, why: problems[0].detail });
    }
    if (unfit.length === 0) return ok(`${saved.length} saved, all fit the database`);
    return unfit.flatMap(({ name, why }) =>
      look(`${name} no longer fits: ${why}`, `dovetail mapping check ${name}`),
    );
  },
};
