// What the door `initial-load` refuses: 1xx the folder and its files, 2xx what stands in a fixture, 3xx applying a file.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const LOAD_ERRORS = {
  101: { title: 'No load folder', consequence: 'stop' },
  102: { title: 'Outside of the project', consequence: 'stop' },
  103: { title: 'Too much to load', consequence: 'stop' },
  104: { title: 'The head of the file is wrong', consequence: 'stop' },
  105: { title: 'It depends on a file that is not there', consequence: 'stop' },
  106: { title: 'Files depend on each other in a circle', consequence: 'stop' },
  107: { title: 'No such environment', consequence: 'stop' },
  108: { title: 'An applied file was changed', consequence: 'stop' },
  109: { title: 'No such file', consequence: 'stop' },
  201: { title: 'The fixture cannot be read', consequence: 'stop' },
  202: { title: 'The fixture is malformed', consequence: 'stop' },
  203: { title: 'Not a field of the entity', consequence: 'stop' },
  204: { title: 'Unknown symbol', consequence: 'stop' },
  205: { title: 'A symbol is given twice', consequence: 'stop' },
  206: { title: 'Not a reference', consequence: 'stop' },
  207: { title: 'The record of a symbol was not found', consequence: 'stop' },
  208: { title: 'Records refer to each other in a circle', consequence: 'stop' },
  209: { title: 'Nothing tells the records apart', consequence: 'stop' },
  210: { title: 'The module cannot be run', consequence: 'stop' },
  301: { title: 'Some records cannot be written', consequence: 'stop' },
  302: { title: 'The script failed', consequence: 'stop' },
  303: { title: 'Not a statement for a script', consequence: 'stop' },
  304: { title: 'The removal needs an answer', consequence: 'ask' },
  305: { title: 'Stopped', consequence: 'stop' },
} as const;

export const loadError = errorRegister('LOAD', LOAD_ERRORS);
