// For tests that kill them: a process that delivers subscriptions (`deliver URL ADDRESS`), and a receiver of webhooks that writes down what
// it has taken before it says so (`receive FILE PORT`).
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSubscriptionsDoor } from '../../src/doors/subscriptions/subscriptions-door.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { createSeal } from '../../src/foundation/secrets/seal.js';
import { createTableLog } from '../subscriptions/table-log.js';

async function deliver(url: string, address: string): Promise<void> {
  const database = openDatabase(url, { applicationName: 'dovetail delivery' });
  const door = createSubscriptionsDoor({
    database,
    log: createTableLog(database),
    catalog: createCatalog({ database }),
    access: createAccess({ database }),
    seal: () => createSeal(Buffer.alloc(32, 5)),
    sinkRooms: { clock: systemClock, allow: [address], folders: [] },
    base: '/api',
    clock: systemClock,
    timing: {
      tickMs: 10,
      claimMs: 100,
      leaseMs: 600,
      saveMs: 100,
      retryMs: [20, 50],
      breakAfter: 20,
      breakMs: [20, 50],
    },
    onError: (error) => process.stderr.write(`${(error as Error).stack}\n`),
  });
  await door.startDelivering();
  process.stdout.write('ready\n');
}

/** One line for each message: record, its number, the message's id. Some are refused at random, before and after they were written down. */
function receive(file: string, port: number): void {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(parts).toString());
      const chance = Math.random();
      if (chance < 0.02) return void response.writeHead(503).end();
      const { id, attributes } = event.data.data;
      appendFileSync(file, `${id} ${attributes.seq} ${request.headers['webhook-id']}\n`);
      response.writeHead(chance < 0.04 ? 500 : 204).end();
    });
  });
  server.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
}

const [mode, first, second] = process.argv.slice(2);
if (mode === 'deliver') await deliver(first!, second!);
else receive(first!, Number(second));
