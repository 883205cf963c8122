// The sink `webhook` keeps the contract, against a receiver that stores what it takes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'vitest';
import { WEBHOOK } from '../../src/doors/subscriptions/sinks/webhook/webhook-manifest.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { listSinkCases, toTestMessage } from '../../src/testing/sink-suite.js';
import { startWay } from './broker-server.js';

/** As a receiver should: it remembers ids. */
async function startStore() {
  const stored = new Map<string, string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (body.includes('not to be understood')) return response.writeHead(422).end('What is this?');
    const id = String(request.headers['webhook-id']);
    if (!stored.has(id)) stored.set(id, body);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, stored, close: () => server.close() };
}

describe('a webhook keeps the contract of a sink', () => {
  it.each(
    listSinkCases(async () => {
      const store = await startStore();
      const way = await startWay({ host: '127.0.0.1', port: store.port });
      const rooms = { clock: systemClock, allow: [`127.0.0.1:${way.port}`], folders: [] };
      const url = `http://127.0.0.1:${way.port}/hooks/hidden-path`;
      const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`];
      const sink = await WEBHOOK.open({ url, secrets, timeoutSeconds: 5, parallel: 8, batch: 1 }, rooms);
      return {
        sink,
        readStored: async () => [...store.stored.values()],
        knowsRepeats: true,
        leave: way.leave,
        fallSilent: way.fallSilent,
        comeBack: way.comeBack,
        refusable: toTestMessage('items/9', { text: 'not to be understood' }),
        batch: 1,
        secrets: ['hidden-path', ...secrets],
        async close() {
          await way.close();
          store.close();
        },
      };
    }),
  )('$name', ({ check }) => check());
});
