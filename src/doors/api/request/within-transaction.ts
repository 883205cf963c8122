// A request, every statement of which runs in one transaction.
import { clearStage } from '../../../engine/records/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { ApiRequest } from './api-request.js';

export interface Within {
  /** Everything will be taken back, so nobody is to be told. */
  readonly rehearsal?: boolean;
  /** Single records are written by single statements; nobody may ask for their versions before the end. */
  readonly single?: boolean;
}

export function withinTransaction(request: ApiRequest, client: Client, how: Within = {}): ApiRequest {
  let written = false;
  return {
    ...request,
    read: async (sql, parameters) => (await client.query(sql, [...parameters])).rows as never,
    records: {
      ...(how.single ? { statements: { query: (sql, values) => queryApart(client, sql, values) } } : {}),
      async transaction(work) {
        if (written) await clearStage(client);
        written = true;
        return work(client);
      },
      ...(how.rehearsal || request.records.rehearsal ? { rehearsal: true } : {}),
    },
  };
}

/** A statement that fails takes nothing with it; constraints that wait for the end are asked at once. */
async function queryApart<R extends object>(
  client: Client,
  sql: string,
  values: readonly unknown[],
): Promise<{ readonly rows: readonly R[] }> {
  await client.query('savepoint single');
  try {
    const { rows } = await client.query<R>(sql, [...values]);
    await client.query(
      'set constraints all immediate; set constraints all deferred; release savepoint single',
    );
    return { rows };
  } catch (error) {
    // Of a lost connection the first error says more.
    await client.query('rollback to savepoint single').catch(() => {});
    throw error;
  }
}
