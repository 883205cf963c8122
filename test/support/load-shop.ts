// The demo shop as the product loads it: the scripts and fixtures of demo/shop, by the door for initial loads.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInitialLoadDoor } from '../../src/doors/initial-load/initial-load-door.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';

const DEMO = join(import.meta.dirname, '..', '..', 'demo');

/** True if the demo shop is there. */
export const hasShop = (): boolean => existsSync(join(DEMO, 'shop'));

/**
 * Loads the shop into an empty database, and leaves nothing but the shop. A notice is an error too: a newcomer would see it.
 */
export async function loadShop(url: string): Promise<void> {
  const database = openDatabase(url, { applicationName: 'dovetail_test' });
  const notices: string[] = [];
  try {
    await migrate(database);
    database.pool.on('connect', (client) => {
      client.on('notice', (notice) => notices.push(notice.message ?? ''));
    });
    const { services } = createInitialLoadDoor({
      database,
      catalog: createCatalog({ database }),
      settings: undefined,
      projectFolder: DEMO,
      entry: undefined,
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
    const folder = join(DEMO, 'shop');
    const { files } = await services.load({ folder, dryRun: false, signal: new AbortController().signal });
    const failed = files.find(({ outcome }) => outcome === 'failed');
    if (failed) throw new Error(`demo/shop/${failed.path}: ${JSON.stringify(failed.problems)}`);
    await database.query(
      'set client_min_messages = warning; drop schema dovetail cascade; reset client_min_messages',
    );
    await database.query('analyze');
  } finally {
    await database.close();
  }
  if (notices.length > 0) throw new Error(`the shop's scripts said: ${notices.join('; ')}`);
}
