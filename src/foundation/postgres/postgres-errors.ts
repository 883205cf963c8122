// Everything that can go wrong between Dovetail and its PostgreSQL, by number.
import { errorRegister } from '../errors/dovetail-error.js';

export const POSTGRES_ERRORS = {
  101: { title: 'No embedded PostgreSQL for this machine', consequence: 'stop' },
  102: { title: 'The embedded PostgreSQL could not be set up', consequence: 'stop' },
  103: { title: 'The embedded PostgreSQL did not start', consequence: 'stop' },
  104: { title: 'The embedded data is of another PostgreSQL version', consequence: 'stop' },
  105: { title: 'No place for the embedded PostgreSQL', consequence: 'stop' },
  106: { title: 'Another process is starting the embedded PostgreSQL', consequence: 'retry' },
  107: { title: 'The embedded PostgreSQL does not accept its password', consequence: 'stop' },
  201: { title: 'A released migration was changed', consequence: 'stop' },
  202: { title: 'The database is newer than this Dovetail', consequence: 'stop' },
  203: { title: 'A migration failed', consequence: 'stop' },
  204: { title: 'Not allowed to set up the schema', consequence: 'stop' },
  205: { title: 'The migrations could not be read', consequence: 'stop' },
  206: { title: 'The schema name is taken', consequence: 'stop' },
  207: { title: 'Other objects depend on what would be removed', consequence: 'ask' },
  301: { title: 'The database server does not answer', consequence: 'retry' },
  302: { title: 'The database server was not found', consequence: 'stop' },
  303: { title: 'The database refuses the user or password', consequence: 'stop' },
  304: { title: 'There is no such database', consequence: 'stop' },
  305: { title: 'No secure connection to the database', consequence: 'stop' },
  306: { title: 'The database takes no more connections', consequence: 'retry' },
  307: { title: 'The connection to the database failed', consequence: 'stop' },
  401: { title: 'More rows than are read at once', consequence: 'stop' },
} as const;

export const postgresError = errorRegister('POSTGRES', POSTGRES_ERRORS);
