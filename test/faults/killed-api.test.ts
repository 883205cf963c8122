// kill -9 of the server in the middle of requests: whoever sends them again under the same Idempotency-Key gets each done once, whether it
// writes a record of the application or, by a service, something of Dovetail's own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { SEED } from './kill-rounds.js';
import { openServedProduct, type RunningServer, type ServedProduct } from './served-product.js';

const SENDERS = 4;
const REQUESTS = 15;

let served: ServedProduct;
beforeAll(async () => {
  const tables = 'create table note (id int generated always as identity primary key, text text not null)';
  served = await openServedProduct({ tables, args: ['serve'] });
}, 120_000);
afterAll(() => served?.close());

interface Made {
  readonly path: string;
  readonly type: string;
  readonly toAttributes: (name: string) => object;
  /** What is there in the end: id and name. */
  readonly query: string;
}

const NOTES: Made = {
  path: 'notes',
  type: 'notes',
  toAttributes: (text) => ({ text }),
  query: 'select id::text, text as name from note',
};

/** Nothing but the key tells one of them from another, so that one which is done twice shows. */
const EXPORTS: Made = {
  path: 'dovetail/runs',
  type: 'dovetail-runs',
  toAttributes: (name) => ({ kind: 'export', entity: 'note', format: 'csv', where: `text = "${name}"` }),
  query: `select id::text, substring(settings->>'where' from '"(.*)"') as name from dovetail.runs`,
};

/** The id of what was made; undefined if no answer came. */
async function send(
  url: string,
  { path, type, toAttributes }: Made,
  name: string,
): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${served.key}`,
        'content-type': 'application/vnd.api+json',
        'idempotency-key': `${path}-${name}`,
      },
      body: JSON.stringify({ data: { type, attributes: toAttributes(name) } }),
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
  it.each([
    ['a record', NOTES, 20],
    ["something of Dovetail's own", EXPORTS, 10],
  ] as const)(
    `lets each request for %s be done once that is sent until it is answered (seed ${SEED})`,
    async (_, made, kills) => {
      const random = createRandom(SEED);
      const answered = new Map<string, string>();
      let interrupted = 0;
      let server: RunningServer = await served.start();
      for (let kill = 0; kill < kills; kill++) {
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
            let id = await send(server.url, made, name);
            if (id !== undefined && ++count === last + 1) server.child.kill('SIGKILL');
            if (id === undefined) {
              interrupted++;
              await killed;
              await restarted();
              id = await send(server.url, made, name);
            }
            expect(id).toBeDefined();
            answered.set(name, id!);
          }
        };
        let next: Promise<void> | undefined;
        const restarted = (): Promise<void> => {
          next ??= served.start().then((started) => {
            server = started;
          });
          return next;
        };
        await Promise.all(Array.from({ length: SENDERS }, work));
      }
      server.child.kill('SIGKILL');
      const { rows } = await served.at.database.query<{ id: string; name: string }>(made.query);
      expect(rows.length).toBe(kills * REQUESTS);
      expect(new Map(rows.map(({ id, name }) => [name, id]))).toEqual(answered);
      // A kill that met no request would prove nothing.
      expect(interrupted).toBeGreaterThanOrEqual(kills);
    },
    300_000,
  );
});
