// What the door `files` refuses or has to say.
import { errorRegister } from '../../../foundation/errors/dovetail-error.js';

export const importError = errorRegister('FILES', {
  101: { title: 'The source changed', consequence: 'stop' },
  102: { title: 'The source is gone', consequence: 'stop' },
  103: { title: 'No entity named', consequence: 'stop' },
  104: { title: 'No column fits', consequence: 'stop' },
  105: { title: 'The run is no import', consequence: 'stop' },
  106: { title: 'The removal needs an answer', consequence: 'ask' },
  107: { title: 'Nothing to write failed rows from', consequence: 'stop' },
  108: { title: 'No identity among the columns', consequence: 'stop' },
  109: { title: 'No such mapping', consequence: 'stop' },
  110: { title: 'No name for a mapping', consequence: 'stop' },
  111: { title: 'A hook failed', consequence: 'stop' },
  112: { title: 'No archive', consequence: 'ask' },
  113: { title: 'No entity for a file of the archive', consequence: 'ask' },
  114: { title: 'An example row of a template', consequence: 'skip' },
  115: { title: 'The file was taken before', consequence: 'skip' },
  116: { title: 'The run can not be repeated', consequence: 'stop' },
  131: { title: 'The schema changed since the run', consequence: 'stop' },
});
