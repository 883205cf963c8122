// What can go wrong with a place where files lie.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const STORAGE_ERRORS = {
  101: { title: 'The path leads out of its place', consequence: 'stop' },
  102: { title: 'There is no such file', consequence: 'stop' },
  103: { title: 'The storage can not be reached', consequence: 'retry' },
  104: { title: 'The storage refuses', consequence: 'stop' },
  105: { title: 'No such storage', consequence: 'stop' },
  106: { title: 'A part is not installed', consequence: 'stop' },
  107: { title: 'The storage is configured wrongly', consequence: 'stop' },
  108: { title: 'A secret of the storage is missing', consequence: 'stop' },
  109: { title: 'The server is not the one that was named', consequence: 'stop' },
  120: { title: 'There is no such upload', consequence: 'stop' },
  121: { title: 'The upload is too large', consequence: 'stop' },
  122: { title: 'The disk has no room', consequence: 'retry' },
  123: { title: 'The upload goes on elsewhere', consequence: 'stop' },
  124: { title: 'The checksum is another one', consequence: 'retry' },
  125: { title: 'The upload was cut', consequence: 'retry' },
  126: { title: 'The upload is not complete', consequence: 'stop' },
} as const;

export const storageError = errorRegister('STORAGE', STORAGE_ERRORS);
