// The demo that stays up: it lets somebody in on this machine, and keeps everybody else out.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { DEMO_CLIENT } from '../../src/app-demo-client.js';
import { setUpDatabase } from '../../src/app-setup.js';
import type { CommandContext } from '../../src/cli/command-context.js';
import { serveDemo, staysUp } from '../../src/cli/demo/demo-server.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let at: TestDatabase;
let app: App;
beforeAll(async () => {
  at = await createTestDatabase('shop');
  await setUpDatabase(at.database);
  const env = { DOVETAIL_MASTER_KEY: randomBytes(32).toString('base64') };
  app = await createApp({ cwd: '/', env, databaseUrl: at.url });
});
afterAll(async () => {
  await app.close();
  await at.drop();
});

function openContext(tty: boolean, lines: string[], signal: AbortSignal): CommandContext {
  const plain = (text: string) => text;
  const style = { bold: plain, dim: plain };
  return {
    clock: systemClock,
    json: false,
    signal,
    out: { lines: (...more: string[]) => lines.push(...more), style, stream: { isTTY: tty } },
    host: { stdin: { isTTY: tty } },
    remark: (...more: string[]) => lines.push(...more),
  } as unknown as CommandContext;
}

describe('the demo', () => {
  it('stays up in a terminal, and ends by itself in a pipe or with --once', () => {
    const { signal } = new AbortController();
    expect(staysUp(openContext(true, [], signal), {})).toBe(true);
    expect(staysUp(openContext(true, [], signal), { once: true })).toBe(false);
    expect(staysUp(openContext(false, [], signal), {})).toBe(false);
  });

  it('serves the shop with the requests it prints, until it is stopped', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    const context = openContext(true, lines, stop.signal);
    const served = new Promise<void>((printed) => {
      const { out } = context;
      const { lines: print } = out;
      out.lines = (...more: string[]) => {
        print(...more);
        printed();
      };
    });
    const running = serveDemo(context, app);
    await served;
    const text = lines.join('\n');
    const key = /KEY=(\S+)/.exec(text)![1]!;
    const addresses = [...text.matchAll(/"(http:[^"]+)"/g)].map((found) => found[1]!);
    expect(addresses.length).toBe(2);
    for (const address of addresses) {
      const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
      const document = (await answer.json()) as { data: unknown[]; included: unknown[] };
      expect(answer.status, JSON.stringify(document)).toBe(200);
      expect(document.data.length).toBeGreaterThan(0);
      expect(document.included.length).toBeGreaterThan(0);
    }
    stop.abort();
    await running;
    await expect(fetch(addresses[0]!)).rejects.toThrow();
  });

  it('keeps everybody but this machine out as long as its client may come in', async () => {
    await expect(app.serve({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'APP-108' });
    await app.access.clients.delete(DEMO_CLIENT, { force: true });
    const server = await app.serve({ host: '0.0.0.0', port: 0 });
    await server.close();
  });
});
