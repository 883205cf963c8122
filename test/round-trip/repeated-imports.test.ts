import { expect, it } from 'vitest';
import { openRoundTrip } from './round-trip-fixture.js';

it('a process that runs import after import leaves nothing hanging on its connections', async () => {
  const at = await openRoundTrip('empty', 'create table item (code text primary key)');
  try {
    for (let run = 0; run < 15; run++) await at.importText('item', `code\n${run}\n`);
    const clients = await Promise.all(Array.from({ length: 8 }, () => at.database.pool.connect()));
    const listeners = clients.map((client) => client.listenerCount('error'));
    for (const client of clients) client.release();
    // A fresh connection is the measure: whatever pg itself hangs on it.
    expect(Math.max(...listeners)).toBe(Math.min(...listeners));
  } finally {
    await at.drop();
  }
});
