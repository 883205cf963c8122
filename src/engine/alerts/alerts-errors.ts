// What can be wrong with a wish about alerts and their routes.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const ALERTS_ERRORS = {
  101: { title: 'No such alert', consequence: 'stop' },
  102: { title: 'No such route', consequence: 'stop' },
  103: { title: 'The route is malformed', consequence: 'stop' },
  104: { title: 'There is such a route already', consequence: 'stop' },
  105: { title: 'The alert is malformed', consequence: 'stop' },
  106: { title: 'The route can not be read', consequence: 'stop' },
  107: { title: 'The alert is resolved', consequence: 'stop' },
} as const;

export const alertsError = errorRegister('ALERTS', ALERTS_ERRORS);
