// A request, every statement of which runs in one transaction.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ApiRequest } from './api-request.js';

/** `rehearsal`: everything will be taken back, so nobody is to be told. */
export const withinTransaction = (request: ApiRequest, client: Client, rehearsal = false): ApiRequest => ({
  ...request,
  read: async (sql, parameters) => (await client.query(sql, [...parameters])).rows as never,
  records: {
    transaction: (work) => work(client),
    ...(rehearsal || request.records.rehearsal ? { rehearsal: true } : {}),
  },
});
