// The register of exports: 1xx where they go, 2xx where they come from.
import { errorRegister } from '../../../foundation/errors/dovetail-error.js';

export const EXPORT_ERRORS = {
  101: { title: 'The file cannot be written', consequence: 'stop' },
  102: { title: 'Nobody reads the output any more', consequence: 'stop' },
  103: { title: 'The export was cancelled', consequence: 'stop' },
  104: { title: 'A hook of the export failed', consequence: 'stop' },
  105: { title: 'Nothing to export', consequence: 'stop' },
  106: { title: 'Not a name for a saved export', consequence: 'stop' },
  107: { title: 'No such saved export', consequence: 'stop' },
  108: { title: 'The saved export no longer fits', consequence: 'stop' },
  109: { title: 'No template for the entity', consequence: 'stop' },
  110: { title: 'Not allowed', consequence: 'stop' },
  201: { title: 'The database refused the export', consequence: 'stop' },
  202: { title: 'The connection to the database broke', consequence: 'retry' },
} as const;

export const exportError = errorRegister('EXPORT', EXPORT_ERRORS);
