// kill -9 of the server in the middle of requests: whoever sends them again under the same Idempotency-Key gets each done once.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createRandom } from '../formats/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type CompiledProduct, compileProduct } from './compiled-product.js';
import { SEED } from './kill-rounds.js';

const KILLS = 20;
const SENDERS = 4;
const REQUESTS = 15;

let at: TestDatabase;
let product: CompiledProduct;
let key: string;
beforeAll(async () => {
  product = compileProduct();
  at = await createTestDatabase();
  await at.database.query(
    'create table note (id int generated always as identity primary key, text text not null)',
  );
  await setUpDatabase(at.database);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'sender' });
  await access.clients.giveRole('sender', 'administrator');
  ({ key } = await access.keys.create('sender'));
}, 120_000);
afterAll(async () => {
  await at?.drop();
  product?.remove();
});

async function startServer(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [product.cli, 'serve', '--port', '0', '--json', '--database', at.url],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  for await (const line of createInterface(child.stdout!)) {
    text += line;
    if (text.trimEnd().endsWith('}')) break;
  }
  return { child, url: (JSON.parse(text) as { api: string }).api };
}

/** The id of the note that was made; undefined if no answer came. */
async function send(url: string, name: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/notes`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/vnd.api+json',
        'idempotency-key': name,
      },
      body: JSON.stringify({ data: { type: 'notes', attributes: { text: name } } }),
    });
    const document = (await response.json()) as { data: { id: string } };
    expect(response.status, JSON.stringify(document)).toBe(201);
    return document.data.id;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

describe('kill -9 of the server', () => {
  it(`lets each request be done once that is sent until it is answered, ${KILLS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const answered = new Map<string, string>();
    let interrupted = 0;
    let server = await startServer();
    for (let kill = 0; kill < KILLS; kill++) {
      const open = Array.from({ length: REQUESTS }, (_, n) => `${kill}-${n}`);
      let stop = (): void => {};
      const killed = new Promise<void>((done) => {
        stop = done;
      });
      server.child.once('exit', stop);
      // The moment is one of an answer, so that it lies within the requests however quick the machine is.
      const last = random.below(REQUESTS - SENDERS);
      let count = 0;
      const work = async (): Promise<void> => {
        for (let name = open.shift(); name !== undefined; name = open.shift()) {
          let id = await send(server.url, name);
          if (id !== undefined && ++count === last + 1) server.child.kill('SIGKILL');
          if (id === undefined) {
            interrupted++;
            await killed;
            await restarted();
            id = await send(server.url, name);
          }
          expect(id).toBeDefined();
          answered.set(name, id!);
        }
      };
      let next: Promise<void> | undefined;
      const restarted = (): Promise<void> => {
        next ??= startServer().then((started) => {
          server = started;
        });
        return next;
      };
      await Promise.all(Array.from({ length: SENDERS }, work));
    }
    server.child.kill('SIGKILL');
    const { rows } = await at.database.query<{ id: string; text: string }>('select id::text, text from note');
    expect(rows.length).toBe(KILLS * REQUESTS);
    expect(new Map(rows.map(({ id, text }) => [text, id]))).toEqual(answered);
    // A kill that met no request would prove nothing.
    expect(interrupted).toBeGreaterThanOrEqual(KILLS);
  }, 300_000);
});
