// Alerts that nobody has seen to.
import { readAlertNumbers } from '../../../engine/alerts/index.js';
import { countOf } from '../../terminal/number-text.js';
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkAlerts: DoctorCheck = {
  name: 'alerts',
  needs: 'schema',
  async look({ app }) {
    const numbers = await readAlertNumbers(app.database);
    const count = (severity: string): number =>
      numbers
        .filter((one) => one.state === 'open' && one.severity === severity)
        .reduce((sum, one) => sum + one.count, 0);
    const [critical, errors] = [count('critical'), count('error')];
    if (critical > 0)
      return bad(`Open: ${countOf(critical, 'critical alert')}`, 'dovetail alerts list --severity critical');
    if (errors > 0)
      return look(
        `Open: ${countOf(errors, 'alert')} of the severity error`,
        'dovetail alerts list --severity error',
      );
    const open = numbers.reduce((sum, one) => sum + one.count, 0);
    return ok(open === 0 ? 'None is open' : `${open} not resolved, none of the severity error or critical`);
  },
};
