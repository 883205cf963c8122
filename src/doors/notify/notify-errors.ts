// What can keep somebody from being told.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const NOTIFY_ERRORS = {
  101: { title: 'Nobody can be told there', consequence: 'stop' },
  102: { title: 'This way of telling is not configured', consequence: 'stop' },
  103: { title: 'The mail server can not be reached', consequence: 'retry' },
  104: { title: 'The mail server refuses', consequence: 'stop' },
} as const;

export const notifyError = errorRegister('NOTIFY', NOTIFY_ERRORS);
