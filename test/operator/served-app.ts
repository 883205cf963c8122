// The program's server over a database of the test's own, with a configuration as a project has it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.js';
import type { DovetailConfig } from '../../src/foundation/config/project-config.js';

export interface ServedApp {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveWith(
  databaseUrl: string,
  config: DovetailConfig,
  signal?: AbortSignal,
): Promise<ServedApp> {
  const cwd = await mkdtemp(join(tmpdir(), 'dovetail-served-'));
  await writeFile(join(cwd, 'dovetail.config.json'), JSON.stringify(config));
  const app = await createApp({ databaseUrl, cwd, env: {} });
  const server = await app.serve({ port: 0, ...(signal === undefined ? {} : { signal }) });
  return {
    url: server.url,
    async close() {
      await server.close();
      await app.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
