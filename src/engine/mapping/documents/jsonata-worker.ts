// JSONata in a thread of its own: an expression may loop or run into a bad pattern, and only a thread can be ended from outside.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Work for the thread: documents as JSON, and where it says which one it is at. */
export interface ReshapeWork {
  readonly documents: readonly string[];
  readonly at: SharedArrayBuffer;
}

/** By document: its records as JSON texts of objects, or why there are none. */
export type Reshaped = { readonly records: readonly string[] } | { readonly error: string };

// As text, so that it runs the same from the sources and from what is built of them.
const CODE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const jsonata = require(workerData.library);
  const expression = jsonata(workerData.expression);
  const plain = (error) => String(error && error.message ? error.message : error).split('\\n')[0];
  async function reshape(text) {
    const result = await expression.evaluate(JSON.parse(text));
    const list = result === undefined || result === null ? [] : Array.isArray(result) ? result : [result];
    if (list.length > workerData.most) return { error: 'it became more than ' + workerData.most + ' records' };
    const records = [];
    for (const record of list) {
      if (typeof record !== 'object' || record === null || Array.isArray(record)) {
        return { error: 'the result is ' + JSON.stringify(record).slice(0, 100) + ', not a record' };
      }
      records.push(JSON.stringify(record));
    }
    return { records };
  }
  parentPort.on('message', async ({ documents, at }) => {
    const place = new Int32Array(at);
    const results = [];
    for (let i = 0; i < documents.length; i++) {
      Atomics.store(place, 0, i);
      try { results.push(await reshape(documents[i])); } catch (error) { results.push({ error: plain(error) }); }
    }
    parentPort.postMessage(results);
  });
`;

/** Most records that one document may become. */
const MOST_RECORDS = 10_000;
const MOST_MEMORY_MB = 256;

export function startJsonataWorker(expression: string): Worker {
  const library = createRequire(import.meta.url).resolve('jsonata');
  return new Worker(CODE, {
    eval: true,
    workerData: { library, expression, most: MOST_RECORDS },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB, stackSizeMb: 4 },
    // Nothing of the surroundings is an expression's business.
    env: {},
    stdin: false,
  });
}
