// A worker in a process of its own, for tests that kill it. Arguments: database URL, mode `hang` or `work`.
import { createJobs } from '../../src/engine/jobs/jobs.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';

const [url, mode] = process.argv.slice(2) as [string, 'hang' | 'work'];
const database = openDatabase(url);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const jobs = createJobs({
  database,
  clock: systemClock,
  timing: { beatMs: 200, deadAfterSeconds: 1.5 },
  tasks: {
    async note(payload, context) {
      const { word } = payload as { word: string };
      await database.query('insert into noted (word, pid, attempt) values ($1, $2, $3)', [
        word,
        process.pid,
        context.attempt,
      ]);
      if (mode === 'hang') await systemClock.sleep(60_000, context.signal);
      if (context.signal.aborted) throw new Error('asked to stop');
    },
  },
});
const workers = await jobs.startWorkers({ concurrency: 2, signal: stop.signal });
process.stdout.write(`ready ${workers.id}\n`);
await workers.stopped;
await database.close();
process.stdout.write('stopped\n');
