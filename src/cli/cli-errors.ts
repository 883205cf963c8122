// What can be wrong with a command line, or with the terminal it is typed in.
import { errorRegister } from '../foundation/errors/dovetail-error.js';

export const CLI_ERRORS = {
  101: { title: 'The command line is wrong', consequence: 'stop' },
  102: { title: 'A question needs an answer', consequence: 'ask' },
  103: { title: 'This installation lacks a part', consequence: 'stop' },
  104: { title: 'Cancelled', consequence: 'stop' },
  105: { title: 'A file could not be written', consequence: 'stop' },
} as const;

export const cliError = errorRegister('CLI', CLI_ERRORS);
