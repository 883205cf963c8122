// What can be wrong with the key that secrets are encrypted under.
import { errorRegister } from '../errors/dovetail-error.js';

export const SECRETS_ERRORS = {
  101: { title: 'The master key can not be used', consequence: 'stop' },
  102: { title: 'The master key can not be kept', consequence: 'stop' },
} as const;

export const secretsError = errorRegister('SECRETS', SECRETS_ERRORS);
