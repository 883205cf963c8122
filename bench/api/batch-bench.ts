// A batch of products against a file import of the same rows in the same process, and the memory of a process that takes a large body.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { createBenchTables, importProductsBaseline } from '../baseline/import-products.js';
import { readyProductFile } from '../data/product-generator.js';
import type { BenchServer } from '../server/bench-server.js';

const MEDIA = 'application/vnd.api+json;ext="urn:dovetail:jsonapi:batch:1"';
const BODIES = join(import.meta.dirname, '..', '..', '.dovetail', 'bench');

export interface BatchFigures {
  /** Rows a second of the batch, from its first byte to the end of its run, by those of the import. */
  readonly ratio: number;
  readonly importMs: number;
  readonly batchMs: number;
}

export async function measureBatch(bench: BenchServer, rows: number, rounds: number): Promise<BatchFigures> {
  const { path } = await readyProductFile(BODIES, 'clean', rows);
  const at = await openSide(bench);
  try {
    const body = await writeBody(at.database, path, rows);
    const [imports, batches]: [number[], number[]] = [[], []];
    // The first round warms both up.
    for (let round = -1; round < rounds; round++) {
      await empty(at.database);
      const imported = await at.tell<{ milliseconds: number; state: string }>({ order: 'import', path });
      if (imported.state !== 'completed') throw new Error(`The import ended as ${imported.state}.`);
      await empty(at.database);
      const batch = await sendBatch(at, body, rows);
      if (round >= 0) {
        imports.push(imported.milliseconds);
        batches.push(batch);
      }
    }
    const [importMs, batchMs] = [median(imports), median(batches)];
    return { ratio: Number((importMs / batchMs).toFixed(3)), importMs, batchMs };
  } finally {
    await at.close();
  }
}

/** Highest resident memory, in MB, of the process that takes the body and carries it out. */
export async function measureBatchMemory(bench: BenchServer, rows: number): Promise<number> {
  const { path } = await readyProductFile(BODIES, 'clean', rows);
  const at = await openSide(bench);
  try {
    const body = await writeBody(at.database, path, rows);
    await empty(at.database);
    await sendBatch(at, body, rows);
    const { peakRss } = await at.tell<{ peakRss: number }>({ order: 'memory' });
    return Math.round(peakRss / (1 << 20));
  } finally {
    await at.close();
  }
}

interface Side {
  readonly database: Database;
  readonly url: string;
  readonly key: string;
  tell<T>(order: object): Promise<T>;
  close(): Promise<void>;
}

async function openSide(bench: BenchServer): Promise<Side> {
  const { database, url: databaseUrl, drop } = await bench.createDatabase();
  await createBenchTables(database);
  await setUpDatabase(database);
  const access = createAccess({ database });
  await access.clients.create({ name: 'bench' });
  await access.clients.giveRole('bench', 'administrator');
  const { key } = await access.keys.create('bench');
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-batch-'));
  const child: ChildProcess = fork(join(import.meta.dirname, 'batch-child.mjs'), { execArgv: [] });
  await once(child, 'message');
  const tell: Side['tell'] = async (order) => {
    child.send(order);
    const [answer] = await once(child, 'message');
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  const { url } = await tell<{ url: string }>({ order: 'start', databaseUrl, folder });
  return {
    database,
    url,
    key,
    tell,
    async close() {
      child.kill();
      await once(child, 'exit');
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function empty(database: Database): Promise<void> {
  await database.query('truncate bench_product restart identity');
  await database.query('vacuum (analyze) bench_product');
}

/** The rows of the file as a document of records, kept on disk; the brand of each by its id. */
async function writeBody(database: Database, csv: string, rows: number): Promise<string> {
  const path = join(BODIES, `products-batch-${rows}.json`);
  await empty(database);
  await importProductsBaseline(database, csv);
  async function* toText(): AsyncGenerator<string> {
    yield '{"data":[';
    for (let last = 0, first = true; ; ) {
      const { rows: page } = await database.query<{ id: string; record: string }>(
        `select p.id, json_build_object('type', 'bench_products', 'attributes', to_jsonb(p) - 'id' - 'brand_id', 'relationships',
           json_build_object('brand', json_build_object('data', json_build_object('type', 'bench_brands', 'id', p.brand_id::text))))::text as record
         from bench_product p where p.id > $1 order by p.id limit 10000`,
        [last],
      );
      if (page.length === 0) break;
      yield `${first ? '' : ','}${page.map(({ record }) => record).join(',')}`;
      first = false;
      last = Number(page.at(-1)!.id);
    }
    yield ']}';
  }
  await pipeline(Readable.from(toText()), createWriteStream(path));
  return path;
}

/** Milliseconds until its run is over. */
async function sendBatch({ url, key, database }: Side, path: string, rows: number): Promise<number> {
  const began = performance.now();
  const run = await new Promise<string>((resolve, reject) => {
    const sent = request(
      `${url}/api/bench_products`,
      {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': MEDIA,
          'content-length': statSync(path).size,
          prefer: 'respond-async',
        },
      },
      (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () =>
          answer.statusCode === 202
            ? resolve(answer.headers['location']!.split('/').at(-1)!)
            : reject(new Error(`${answer.statusCode} ${text.slice(0, 400)}`)),
        );
      },
    );
    sent.on('error', reject);
    pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sent).catch(reject);
  });
  for (;;) {
    const { rows: found } = await database.query<{ state: string; failure: unknown }>(
      'select state, failure from dovetail.runs where id = $1 and ended_at is not null',
      [run],
    );
    if (found[0] === undefined) {
      await sleep(10);
      continue;
    }
    const milliseconds = performance.now() - began;
    const { rows: stored } = await database.query<{ n: string }>('select count(*) as n from bench_product');
    if (found[0].state !== 'completed' || Number(stored[0]!.n) !== rows)
      throw new Error(`The batch ended as ${JSON.stringify(found[0])} with ${stored[0]!.n} records.`);
    return milliseconds;
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
