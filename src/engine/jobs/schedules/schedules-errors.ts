// What can be wrong with a schedule.
import { errorRegister } from '../../../foundation/errors/dovetail-error.js';

export const SCHEDULES_ERRORS = {
  101: { title: 'No such schedule', consequence: 'stop' },
  102: { title: 'The name is taken', consequence: 'stop' },
  103: { title: 'No time is named', consequence: 'stop' },
  104: { title: 'No such time zone', consequence: 'stop' },
  105: { title: 'The window is malformed', consequence: 'stop' },
  106: { title: 'The schedule never comes to a moment', consequence: 'stop' },
  107: { title: 'The schedule says what can not be done', consequence: 'stop' },
} as const;

export const schedulesError = errorRegister('SCHEDULES', SCHEDULES_ERRORS);
