// `npm run bench -- api`: requests per second of the API, against a bare Fastify handler with one hand-written statement
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAccess } from '../src/engine/access/index.js';
import { migrate } from '../src/foundation/postgres/migrations.js';
import { measureBatch, measureBatchMemory } from './api/batch-bench.js';
import { createBenchTables, importProductsBaseline } from './baseline/import-products.js';
import { readyProductFile } from './data/product-generator.js';
import { toJsonLine } from './measure.js';
import { openBenchServer } from './server/bench-server.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '2000' },
    only: { type: 'string', default: 'list,create,update,batch,memory' },
    'batch-rows': { type: 'string', default: '100000' },
    'memory-rows': { type: 'string', default: '1000000' },
  },
});
const [rows, rounds, requests] = [Number(values.rows), Number(values.rounds), Number(values.requests)];
const CONNECTIONS = 16;
const MEDIA = 'application/vnd.api+json';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

let made = 0;
const SCENARIOS: Readonly<Record<string, (n: number) => Call>> = {
  list: () => ({ method: 'GET', path: '/api/bench_products?page[size]=25&include=brand', status: 200 }),
  create: () => ({
    method: 'POST',
    path: '/api/bench_products',
    status: 201,
    body: {
      data: {
        type: 'bench_products',
        attributes: { sku: `API-${made++}`, name: 'Made by API', price: 12.5, status: 'active', stock: 3 },
        relationships: { brand: { data: { type: 'bench_brands', id: '7' } } },
      },
    },
  }),
  update: (n) => {
    const id = String(1 + ((n * 7919) % rows));
    // Never what the record has already, whichever side wrote it: that would be no update.
    const attributes = { price: made + 0.25, stock: made++ };
    return {
      method: 'PATCH',
      path: `/api/bench_products/${id}`,
      status: 200,
      body: { data: { type: 'bench_products', id, attributes } },
    };
  },
};

interface Server {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

async function startServer(name: 'bare' | 'dovetail', databaseUrl: string, key: string): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'api', 'server-child.mjs'), { execArgv: [] });
  await once(child, 'message');
  child.send({ side: name, databaseUrl });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const headers = { accept: MEDIA, ...(name === 'bare' ? {} : { authorization: `Bearer ${key}` }) };
  return { name, url, child, headers, agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }) };
}

function ask({ url, headers, agent }: Server, call: Call): Promise<string> {
  const body = call.body && JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${call.path}`,
      {
        method: call.method,
        agent,
        headers: {
          ...headers,
          ...(body ? { 'content-type': MEDIA, 'content-length': Buffer.byteLength(body) } : {}),
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (answer.statusCode === call.status) resolve(text);
          else reject(new Error(`${call.method} ${call.path}: ${answer.statusCode} ${text.slice(0, 400)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Requests per second, and the 99th percentile in milliseconds. */
async function load(
  server: Server,
  toCall: (n: number) => Call,
  from: number,
): Promise<{ readonly rate: number; readonly p99: number }> {
  const times: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < requests) {
        const n = next++;
        const at = performance.now();
        await ask(server, toCall(from + n));
        times.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  return { rate: requests / seconds, p99: times[Math.floor(times.length * 0.99)]! };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const bench = await openBenchServer();
const servers: Server[] = [];
try {
  console.log(
    `${bench.says}; ${rows.toLocaleString('en')} products, ${requests} requests on ${CONNECTIONS} connections, median of ${rounds}`,
  );
  const { database, url } = await bench.createDatabase();
  await createBenchTables(database);
  await importProductsBaseline(
    database,
    (await readyProductFile(join(import.meta.dirname, '..', '.dovetail', 'bench'), 'clean', rows)).path,
  );
  await migrate(database);
  const access = createAccess({ database });
  await access.clients.create({ name: 'bench' });
  await access.clients.giveRole('bench', 'administrator');
  const { key } = await access.keys.create('bench');
  await database.query('vacuum (analyze)');
  for (const name of ['bare', 'dovetail'] as const) servers.push(await startServer(name, url, key));
  const [bare, dovetail] = servers as [Server, Server];
  await checkSameList(bare, dovetail);
  const ratio: Record<string, number> = {};
  const p99Ratio: Record<string, number> = {};
  console.log('           bare/s  p99 ms  dovetail/s  p99 ms   ratio');
  const wanted = values.only.split(',');
  for (const name of wanted.filter((one) => Object.hasOwn(SCENARIOS, one))) {
    const results = new Map<Server, { rate: number; p99: number }[]>(servers.map((server) => [server, []]));
    for (let round = -1; round < rounds; round++) {
      for (const server of round % 2 === 0 ? [bare, dovetail] : [dovetail, bare]) {
        const result = await load(server, SCENARIOS[name]!, (round + 1) * requests);
        // The first round warms both up.
        if (round >= 0) results.get(server)!.push(result);
      }
    }
    const of = (server: Server, what: 'rate' | 'p99') => median(results.get(server)!.map((one) => one[what]));
    ratio[name] = Number((of(dovetail, 'rate') / of(bare, 'rate')).toFixed(3));
    p99Ratio[name] = Number((of(dovetail, 'p99') / of(bare, 'p99')).toFixed(2));
    const cells = [
      of(bare, 'rate').toFixed(0),
      of(bare, 'p99').toFixed(1),
      of(dovetail, 'rate').toFixed(0),
      of(dovetail, 'p99').toFixed(1),
      ratio[name].toFixed(2),
    ];
    console.log(name.padEnd(8) + cells.map((cell, i) => cell.padStart([9, 8, 12, 8, 8][i]!)).join(''));
  }
  if (wanted.includes('batch')) {
    const batch = await measureBatch(bench, Number(values['batch-rows']), rounds);
    ratio['batch'] = batch.ratio;
    console.log(
      `batch of ${values['batch-rows']}: ${(batch.batchMs / 1000).toFixed(2)} s, file import ${(batch.importMs / 1000).toFixed(2)} s, ratio ${batch.ratio}`,
    );
  }
  const batchRssMb = wanted.includes('memory')
    ? await measureBatchMemory(bench, Number(values['memory-rows']))
    : undefined;
  if (batchRssMb !== undefined) console.log(`batch of ${values['memory-rows']}: ${batchRssMb} MB`);
  console.log(
    toJsonLine('api', {
      rows,
      rounds,
      requests,
      ratio,
      p99Ratio,
      ...(batchRssMb === undefined ? {} : { batchRssMb }),
    }),
  );
} finally {
  for (const { child, agent } of servers) {
    agent.destroy();
    child.kill();
  }
  await bench.close();
}

/** Both must say the same, or the comparison means nothing. */
async function checkSameList(bare: Server, dovetail: Server): Promise<void> {
  const call = SCENARIOS['list']!(0);
  const [one, other] = (await Promise.all([ask(bare, call), ask(dovetail, call)])).map((text) =>
    JSON.parse(text),
  ) as { data: unknown; included: unknown[] }[];
  const sorted = (list: unknown[]) => list.map((item) => JSON.stringify(item)).sort();
  if (JSON.stringify(one!.data) !== JSON.stringify(other!.data))
    throw new Error('The answers differ in their data.');
  if (JSON.stringify(sorted(one!.included)) !== JSON.stringify(sorted(other!.included)))
    throw new Error(
      `The answers differ in what they include: ${JSON.stringify(one!.included[0])} ${JSON.stringify(other!.included[0])}`,
    );
}
