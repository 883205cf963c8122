// The register of the project's configuration.
import { errorRegister } from '../errors/dovetail-error.js';

export const CONFIG_ERRORS = {
  101: { title: 'Configuration file not found', consequence: 'stop' },
  102: { title: 'Several configuration files', consequence: 'stop' },
  103: { title: 'Configuration can not be loaded', consequence: 'stop' },
  104: { title: 'Configuration is malformed', consequence: 'stop' },
} as const;

export const configError = errorRegister('CONFIG', CONFIG_ERRORS);
