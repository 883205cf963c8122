// What people are told who sign in, and programs that ask for a token too often.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const OAUTH_ERRORS = {
  101: { title: 'E-mail address or password is wrong', consequence: 'stop' },
  102: { title: 'Too many attempts', consequence: 'retry' },
  103: { title: 'The form is not of this browser, or not any more', consequence: 'stop' },
  104: { title: 'The step can not be found', consequence: 'stop' },
  105: { title: 'The application cannot be let in', consequence: 'stop' },
  106: { title: 'Something went wrong inside', consequence: 'retry' },
} as const;

export const oauthError = errorRegister('OAUTH', OAUTH_ERRORS);
