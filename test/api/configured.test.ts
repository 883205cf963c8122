// What a project's configuration says of the API holds for the server that the app starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ORIGIN = 'https://app.example.org';

describe('the server of an app', () => {
  let test: TestDatabase;
  let app: App;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dovetail-api-'));
    writeFileSync(join(folder, 'dovetail.config.json'), JSON.stringify({ api: { origins: [ORIGIN] } }));
    test = await createTestDatabase('empty');
    await setUpDatabase(test.database);
    app = await createApp({ cwd: folder, env: {}, databaseUrl: test.url, dataFolder: join(folder, 'data') });
  });
  afterAll(async () => {
    await app.close();
    await test.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets browsers read answers from the origins of the configuration, refusals too', async () => {
    const server = await app.serve({ port: 0 });
    try {
      const ask = (origin: string) => fetch(`${server.url}/api/brands`, { headers: { origin } });
      const [named, other] = [await ask(ORIGIN), await ask('https://example.org')];
      expect([named.status, other.status]).toEqual([401, 401]);
      expect(named.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await server.close();
    }
  });
});
