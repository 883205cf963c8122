// A server in a process of its own: the product as it is built, or the bare one.

import { serveApp } from '../../dist/app-serve.js';
import { createAccess } from '../../dist/engine/access/index.js';
import { createCatalog } from '../../dist/engine/catalog/index.js';
import { openDatabase } from '../../dist/foundation/postgres/database.js';
import { startBareServer } from './bare-server.mjs';

process.once('message', async ({ side, databaseUrl }) => {
  if (side === 'bare') {
    process.send(await startBareServer(databaseUrl));
    return;
  }
  const database = openDatabase(databaseUrl, { max: 4 });
  const catalog = createCatalog({ database });
  // A limit that counts and is never reached.
  const api = { rateLimit: { requests: 10_000_000, seconds: 60 } };
  const { url } = await serveApp({ database, catalog, access: createAccess({ database }), api }, { port: 0 });
  process.send({ url });
});
process.send('ready');
