// A process that imports: started before the clock, told by message what to load, so that Node's own start isn't measured
// and its memory is Dovetail's alone.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';

export interface ChildOrder {
  readonly databaseUrl: string;
  readonly path: string;
  readonly writers?: number;
  readonly chunkRows?: number;
}

export interface ChildAnswer {
  readonly written: number;
  readonly failed: number;
  readonly peakRss: number;
  readonly error?: string;
}

async function importProducts({ databaseUrl, path, writers, chunkRows }: ChildOrder): Promise<ChildAnswer> {
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
      ...(writers === undefined ? {} : { writers }),
      ...(chunkRows === undefined ? {} : { chunkRows }),
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

process.on('message', (order: ChildOrder) => {
  importProducts(order)
    .catch(
      (error: Error): ChildAnswer => ({
        written: 0,
        failed: 0,
        peakRss: 0,
        error: error.stack ?? error.message,
      }),
    )
    .then((answer) => process.send!(answer, () => process.exit()));
});
process.send!('ready');
