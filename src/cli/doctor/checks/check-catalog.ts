// The catalog: what the database holds, with what the configuration says of it.
import { type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkCatalog: DoctorCheck = {
  name: 'catalog',
  needs: 'database',
  async look({ app }) {
    const { entities } = await app.catalog.read();
    if (entities.size > 0) return ok(`${entities.size} entities, and the configuration fits them`);
    return look(
      'The database has no tables that this role may see',
      'Check the name of the database, `schemas` in the configuration, and the rights of the role.',
    );
  },
};
