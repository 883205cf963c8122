// Version, encoding, rights, pooler, wal_level: what `dovetail init` looks at, again.
import { type Finding, listFindings } from '../../../foundation/postgres/requirements.js';
import type { Diagnosis, DiagnosisState, DoctorCheck } from '../diagnosis.js';

const STATES: Readonly<Record<Finding['level'], DiagnosisState>> = {
  ok: 'ok',
  note: 'ok',
  warning: 'look',
  missing: 'bad',
};

export const checkRequirements: DoctorCheck = {
  name: 'requirements',
  needs: 'database',
  async look({ app }) {
    const findings = await listFindings(app.database);
    return findings.map(({ level, says, statement }): Diagnosis => {
      const advice = level === 'ok' || statement === undefined ? {} : { advice: statement };
      return { state: STATES[level], says, ...advice };
    });
  },
};
