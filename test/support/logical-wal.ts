// Whether the test server's write-ahead log tells changes: that of the embedded one does, another's may not.
import pg from 'pg';
import { readTestServer } from './test-database.js';

export async function hasLogicalWal(): Promise<boolean> {
  const client = new pg.Client({ connectionString: readTestServer().url });
  await client.connect();
  try {
    const { rows } = await client.query<{ level: string }>(`select current_setting('wal_level') as level`);
    return rows[0]!.level === 'logical';
  } finally {
    await client.end();
  }
}
