// A database as seen from within a transaction of it: what somebody writes who knows of no outer transaction is written in this one,
// and comes to be, or not, with all that is written beside it.
import type { Client, Database } from './database.js';

/**
 * `query` and `transaction` run on `client`: a transaction is a savepoint of the outer one, so what fails takes only its own back.
 * Sessions of one's own (`withClient`, `pool`) stay outside and see nothing of it.
 */
export function withinClient(database: Database, client: Client): Database {
  return {
    ...database,
    query: (text, values) => client.query(text, values as unknown[]),
    async transaction(work) {
      await client.query('savepoint inner_work');
      try {
        const result = await work(client);
        await client.query('release savepoint inner_work');
        return result;
      } catch (error) {
        // Of a lost connection the first error says more.
        await client.query('rollback to savepoint inner_work; release savepoint inner_work').catch(() => {});
        throw error;
      }
    },
    close: async () => {},
  };
}
