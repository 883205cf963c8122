// Everything that can go wrong with the change stream, by number: 2xx what is altered of tables so that they are seen.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const CHANGES_ERRORS = {
  201: { title: 'Only tables can be watched', consequence: 'stop' },
  202: { title: 'The table cannot be watched', consequence: 'stop' },
  203: { title: 'Something is missing to watch tables', consequence: 'stop' },
  204: { title: 'The table is in use', consequence: 'retry' },
  205: { title: 'The plan is out of date', consequence: 'retry' },
  206: { title: 'The table is not watched', consequence: 'stop' },
  207: { title: 'The replication slot is in use', consequence: 'retry' },
} as const;

export const changesError = errorRegister('CHANGES', CHANGES_ERRORS);
