// Everything that can go wrong with the change stream, by number: 1xx the stream and its log, 2xx what is altered of tables so that they are seen.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const CHANGES_ERRORS = {
  101: { title: 'Changes cannot be read from the write-ahead log', consequence: 'stop' },
  102: { title: 'Not allowed to read the write-ahead log', consequence: 'stop' },
  103: { title: 'A replication slot could fill the disk', consequence: 'ask' },
  104: { title: 'No direct connection to PostgreSQL', consequence: 'stop' },
  105: { title: 'No room for another replication slot', consequence: 'stop' },
  106: { title: 'The name of the replication slot is taken', consequence: 'stop' },
  107: { title: 'Somebody else wrote to the change log', consequence: 'retry' },
  108: { title: 'A message of the server could not be read', consequence: 'stop' },
  109: { title: 'A block of the change log could not be read', consequence: 'stop' },
  112: { title: 'Changes after this position are no longer kept', consequence: 'stop' },
  201: { title: 'Only tables can be watched', consequence: 'stop' },
  202: { title: 'The table cannot be watched', consequence: 'stop' },
  203: { title: 'Something is missing to watch tables', consequence: 'stop' },
  204: { title: 'The table is in use', consequence: 'retry' },
  205: { title: 'The plan is out of date', consequence: 'retry' },
  206: { title: 'The table is not watched', consequence: 'stop' },
  207: { title: 'The replication slot is in use', consequence: 'retry' },
} as const;

export const changesError = errorRegister('CHANGES', CHANGES_ERRORS);
