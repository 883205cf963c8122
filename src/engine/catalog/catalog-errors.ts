// The register of the catalog: unknown names, and overrides that don't fit the database.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const CATALOG_ERRORS = {
  101: { title: 'Unknown entity', consequence: 'stop' },
  102: { title: 'Ambiguous entity name', consequence: 'stop' },
  103: { title: 'Unknown field or relation', consequence: 'stop' },
  104: { title: 'Path goes wrong', consequence: 'stop' },
  201: { title: 'Override is malformed', consequence: 'stop' },
  202: { title: 'Override names something unknown', consequence: 'stop' },
  203: { title: 'Override does not fit the table', consequence: 'stop' },
} as const;

export const catalogError = errorRegister('CATALOG', CATALOG_ERRORS);
