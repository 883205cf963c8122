// The built product with its server and its workers in a process of its own, told by message to import a file as well.

import { createApp } from '../../dist/app.js';

/** @type {Awaited<ReturnType<typeof createApp>>} */
let app;

const ORDERS = {
  async start({ databaseUrl, folder }) {
    app = await createApp({ cwd: folder, env: {}, databaseUrl, dataFolder: folder });
    await app.prepare();
    const { url } = await app.serve({ port: 0 });
    await app.jobs.startWorkers({ concurrency: 1, signal: new AbortController().signal });
    return { url };
  },
  async import({ path }) {
    const began = performance.now();
    const { counters, state } = await app.files.import({
      source: { path },
      entity: 'bench_product',
      dryRun: false,
      probe: false,
      onError: 'skip',
      formatOptions: {},
      background: false,
      signal: new AbortController().signal,
      onProgress: () => {},
      confirmRemoval: async () => false,
    });
    return { milliseconds: performance.now() - began, state, counters };
  },
  memory: async () => ({ peakRss: process.resourceUsage().maxRSS * 1024 }),
};

process.on('message', async ({ order, ...about }) => {
  try {
    process.send(await ORDERS[order](about));
  } catch (error) {
    process.send({ error: error.stack });
  }
});
process.send('ready');
