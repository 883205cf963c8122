// A server in a process of its own: the product as it is built, or the bare one.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../dist/app.js';
import { startBareServer } from './bare-server.mjs';

// A limit that counts and is never reached.
const CONFIG = 'export default { api: { rateLimit: { requests: 10_000_000, seconds: 60 } } };\n';

process.once('message', async ({ side, databaseUrl }) => {
  if (side === 'bare') {
    process.send(await startBareServer(databaseUrl));
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
  writeFileSync(join(folder, 'dovetail.config.mjs'), CONFIG);
  const app = await createApp({ cwd: folder, env: {}, databaseUrl, dataFolder: folder });
  const { url } = await app.serve({ port: 0 });
  process.send({ url });
});
process.send('ready');
