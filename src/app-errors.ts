// What can keep the app from starting. Errors of the connection are told here, once, whoever met them.

import { databaseWeather } from './engine/pipeline/database-weather.js';
import { DovetailError, errorRegister } from './foundation/errors/dovetail-error.js';
import { maskSecrets } from './foundation/secrets/secret-mask.js';

export const APP_ERRORS = {
  101: { title: 'The database cannot be reached', consequence: 'retry' },
  102: { title: 'The database does not let us in', consequence: 'stop' },
  103: { title: 'There is no such database', consequence: 'stop' },
  104: { title: 'This is no address of a database', consequence: 'stop' },
  105: { title: 'Dovetail is not set up in this database', consequence: 'stop' },
  106: { title: 'This database belongs to somebody else', consequence: 'stop' },
  107: { title: 'The demo shop could not be loaded', consequence: 'stop' },
  108: { title: 'Not to be reached by others yet', consequence: 'stop' },
} as const;

export const appError = errorRegister('APP', APP_ERRORS);

/** The error in our words if it says that the way to the database is closed; anything else as it came. */
export function toConnectionError(error: unknown, database?: string): unknown {
  if (error instanceof DovetailError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const said = maskSecrets(typeof message === 'string' && message !== '' ? message : String(code ?? error));
  const where = database === undefined ? 'The database' : `The database ${database}`;
  const context = (detail: string, hint: string) => ({ detail, hint, cause: error });
  if (typeof code === 'string' && code.startsWith('28')) {
    return appError(
      102,
      context(
        `${where} refused the login: ${said}.`,
        'Check user and password, and pg_hba.conf of the server.',
      ),
    );
  }
  if (code === '3D000') {
    return appError(
      103,
      context(`${where}: ${said}.`, 'Check the name at the end of the URL, or create the database first.'),
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return appError(
      101,
      context(
        `${where}: its host name is not known (${said}).`,
        'Check the host in the URL, and the network.',
      ),
    );
  }
  if (databaseWeather(error) === 'outage') {
    return appError(
      101,
      context(
        `${where} does not answer: ${said}.`,
        'Is the server running, and are host and port right? Then try again.',
      ),
    );
  }
  return error;
}
