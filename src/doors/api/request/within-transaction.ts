// A request, every statement of which runs in one transaction.
import { clearStage } from '../../../engine/records/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { ApiRequest } from './api-request.js';

/** `rehearsal`: everything will be taken back, so nobody is to be told. */
export function withinTransaction(request: ApiRequest, client: Client, rehearsal = false): ApiRequest {
  let written = false;
  return {
    ...request,
    read: async (sql, parameters) => (await client.query(sql, [...parameters])).rows as never,
    records: {
      async transaction(work) {
        if (written) await clearStage(client);
        written = true;
        return work(client);
      },
      ...(rehearsal || request.records.rehearsal ? { rehearsal: true } : {}),
    },
  };
}
