// Connections for the queue alone: a pool that busy jobs have drained must not make a worker look dead.
import { type Database, openDatabase } from '../../foundation/postgres/database.js';

/** Opens a pool to the same database. Whoever opened it closes it. */
export function openQueueDatabase(database: Database, max: number): Database {
  const own = openDatabase(database.connection, { applicationName: 'dovetail jobs', max });
  // graphile-worker takes clients out by itself; one that loses its server while it is out must not end the process.
  own.pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  return own;
}
