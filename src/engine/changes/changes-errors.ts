// Everything that can go wrong with the change stream, by number: 1xx the stream and its log.
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
  111: { title: 'Not a position', consequence: 'stop' },
  112: { title: 'Changes after this position are no longer kept', consequence: 'stop' },
} as const;

export const changesError = errorRegister('CHANGES', CHANGES_ERRORS);
