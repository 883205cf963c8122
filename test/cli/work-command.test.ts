// `dovetail work`, held against a queue that ends when it is told to.
import { describe, expect, it } from 'vitest';
import type { CliApp } from '../../src/cli/cli-app.js';
import { runCli } from '../../src/cli/run-cli.js';
import { createStage } from './cli-stage.js';

describe('work', () => {
  function working(log: string[] = []) {
    return {
      ...{ target: { kind: 'embedded' as const, says: 'dovetail on the embedded PostgreSQL', ours: true } },
      prepare: async () => {},
      close: async () => void log.push('closed'),
    };
  }

  it('says what it does, stops at SIGTERM, and lets running jobs end first', async () => {
    const order: string[] = [];
    const stage = createStage({
      createApp: async (settings) =>
        ({
          ...working(order),
          jobs: {
            startWorkers: async ({ concurrency, signal }: { concurrency: number; signal: AbortSignal }) => {
              settings.log?.info({ job: '7', task: 'run.import' }, 'Job done');
              const stopped = new Promise<void>((resolve) => {
                signal.addEventListener('abort', () => {
                  order.push(`drained ${concurrency}`);
                  resolve();
                });
              });
              queueMicrotask(() => stage.signals.emit('SIGTERM', 'SIGTERM'));
              return { id: 'pool-1', tasks: ['run.import'], stopped };
            },
          },
        }) as unknown as CliApp,
    });
    expect(await runCli(['work', '--concurrency', '3'], stage.host)).toBe(0);
    expect(order).toEqual(['drained 3', 'closed']);
    expect(stage.stdout()).toContain('Working on dovetail on the embedded PostgreSQL, 3 jobs at once');
    expect(stage.stderr()).toContain('Job done  job 7, task run.import');
    expect(stage.stderr()).toContain('nothing was left half-done');
  });
});
