// Whether Dovetail's own tables are those of this version, as they were released.
import { JOBS_SCHEMA } from '../../../engine/jobs/install-jobs.js';
import { planInstall } from '../../../foundation/postgres/install.js';
import { readApplied } from '../../../foundation/postgres/migrations.js';
import { bad, type DoctorCheck, ok } from '../diagnosis.js';

export const checkSchema: DoctorCheck = {
  name: 'schema',
  needs: 'database',
  async look({ app }) {
    // Throws where a migration was changed since, or comes from a newer version.
    const { steps } = await planInstall(app.database, { jobsSchema: JOBS_SCHEMA });
    if (steps.length > 0)
      return bad(`${steps.length} steps of the set-up are still to be done`, 'dovetail init');
    const last = (await readApplied(app.database)).at(-1);
    return ok(
      `Dovetail's tables are those of this version (${last?.name}), every migration as it was released`,
    );
  },
};
