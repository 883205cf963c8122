// The register of the read path: 1xx the text of a condition, 2xx conditions, columns and order against the catalog.
import { errorRegister } from '../../../foundation/errors/dovetail-error.js';

export const READ_ERRORS = {
  101: { title: 'The condition cannot be understood', consequence: 'stop' },
  201: { title: 'Unknown field or relation', consequence: 'stop' },
  202: { title: 'The value does not fit the field', consequence: 'stop' },
  203: { title: 'The field cannot be compared so', consequence: 'stop' },
  204: { title: 'Not a single value per record', consequence: 'stop' },
  205: { title: 'The database refused the reading', consequence: 'stop' },
  206: { title: 'No such record', consequence: 'stop' },
  207: { title: 'The page is of another reading', consequence: 'stop' },
  208: { title: 'The field has no such sum or part', consequence: 'stop' },
  209: { title: 'No index answers the search', consequence: 'stop' },
} as const;

export const readError = errorRegister('READ', READ_ERRORS);
