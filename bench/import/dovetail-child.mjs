// A process that imports with the built product: started before the clock and told by message what to load, so that
// neither Node's own start nor a compiler at run time is measured, and the memory is Dovetail's alone.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor } from '../../dist/doors/files/files-door.js';
import { createCatalog } from '../../dist/engine/catalog/index.js';
import { openDatabase } from '../../dist/foundation/postgres/database.js';

/** @param {{ databaseUrl: string, path: string, writers?: number, chunkRows?: number, mapping?: string, undoRows?: number }} order */
async function importProducts({ databaseUrl, path, ...settings }) {
  const database = openDatabase(databaseUrl);
  const door = createFilesDoor({
    database,
    catalog: createCatalog({ database }),
    enqueue: async () => {},
    dataFolder: join(tmpdir(), `dovetail-bench-${process.pid}`),
    sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
  });
  try {
    const { counters, state, failure } = await door.services.import({
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
      ...settings,
    });
    return {
      written: counters.added + counters.updated,
      failed: counters.failed,
      peakRss: process.resourceUsage().maxRSS * 1024,
      ...(state.startsWith('completed') ? {} : { error: `${state}: ${failure?.detail}` }),
    };
  } finally {
    await database.close();
  }
}

process.on('message', (order) => {
  importProducts(order)
    .catch((error) => ({ written: 0, failed: 0, peakRss: 0, error: error.stack ?? error.message }))
    .then((answer) => process.send(answer, () => process.exit()));
});
process.send('ready');
