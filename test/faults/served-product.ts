// The built product as a server of its own process, for tests that kill it: a database, a client that may do everything, and its key.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { compileProduct } from './compiled-product.js';

export interface RunningServer {
  /** Where the API lies. */
  readonly url: string;
  readonly child: ChildProcess;
}

export interface ServedProduct {
  readonly at: TestDatabase;
  readonly key: string;
  /** Up, and answering. */
  start(): Promise<RunningServer>;
  close(): Promise<void>;
}

export async function openServedProduct({
  tables,
  args,
  cwd,
}: {
  /** SQL that makes the application's tables. */
  readonly tables: string;
  /** The command, and what it is told besides. */
  readonly args: readonly string[];
  readonly cwd?: string;
}): Promise<ServedProduct> {
  const product = compileProduct();
  const at = await createTestDatabase();
  await at.database.query(tables);
  await setUpDatabase(at.database);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'sender' });
  await access.clients.giveRole('sender', 'administrator');
  const { key } = await access.keys.create('sender');
  return {
    at,
    key,
    async start() {
      const [command = 'serve', ...more] = args;
      const words = [product.cli, command, '--port', '0', '--json', '--database', at.url, ...more];
      const child = spawn(process.execPath, words, {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...(cwd === undefined ? {} : { cwd }),
      });
      let text = '';
      for await (const line of createInterface(child.stdout!)) {
        text += line;
        if (text.trimEnd().endsWith('}')) break;
      }
      return { child, url: (JSON.parse(text) as { api: string }).api };
    },
    async close() {
      await at.drop();
      product.remove();
    },
  };
}
