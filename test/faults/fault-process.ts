// Dovetail in a process of its own, for tests that kill it: the command line with small chunks, or a worker that is
// missed after two seconds. Arguments: `cli` and a command line; or `work`, the database's URL and the data folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../../src/app.js';
import type { CreateApp } from '../../src/cli/cli-app.js';
import { runCli } from '../../src/cli/run-cli.js';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { createJobs, type Jobs } from '../../src/engine/jobs/jobs.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';

const CHUNK_ROWS = Number(process.env['FAULT_CHUNK_ROWS'] ?? '500');
const LEASE_SECONDS = Number(process.env['FAULT_LEASE_SECONDS'] ?? '15');

/** The app as it is, but that its imports are cut into small chunks. */
const createSmallApp: CreateApp = async (settings) => {
  const app = await createApp(settings);
  return {
    ...app,
    files: {
      ...app.files,
      import: (call) => app.files.import({ ...call, chunkRows: CHUNK_ROWS }),
      undoRun: (id, call) => app.files.undoRun(id, { ...call, chunkRows: CHUNK_ROWS }),
    },
  };
};

async function runCommand(argv: readonly string[]): Promise<void> {
  process.exitCode = await runCli(argv, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    version: JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version,
    clock: systemClock,
    signals: process,
    createApp: createSmallApp,
    endNow: (code) => process.exit(code),
  });
  process.stdin.destroy();
}

async function runWorker(url: string, dataFolder: string): Promise<void> {
  const database = openDatabase(url, { applicationName: 'dovetail worker' });
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const files = createFilesDoor({
    database,
    catalog: createCatalog({ database }),
    dataFolder,
    enqueue: (client, task, payload) => jobs.enqueue(client, task, payload),
    sleep: (ms) => systemClock.sleep(ms),
    leaseSeconds: LEASE_SECONDS,
    // Folders that schedules may use.
    places: { roots: [process.env['FAULT_FOLDER'] ?? []].flat(), storages: {} },
  });
  const say = (fields: object, message: string) => {
    process.stdout.write(`${JSON.stringify({ message, ...fields })}\n`);
  };
  const jobs: Jobs = createJobs({
    database,
    tasks: { ...files.tasks },
    clock: systemClock,
    timing: { beatMs: 100, deadAfterSeconds: 2 },
    log: { info: say, warn: say, error: say },
  });
  const workers = await jobs.startWorkers({ concurrency: 1, signal: stop.signal });
  say({ worker: workers.id }, 'ready');
  await workers.stopped;
  await database.close();
}

const [mode, ...args] = process.argv.slice(2);
if (mode === 'cli') await runCommand(args);
else await runWorker(args[0]!, args[1]!);
