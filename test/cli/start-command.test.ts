// `dovetail start` and `serve`, held against a server and a queue that end when they are told to.
import { describe, expect, it } from 'vitest';
import type { CliApp } from '../../src/cli/cli-app.js';
import { runCli } from '../../src/cli/run-cli.js';
import { createStage } from './cli-stage.js';

function openStage(order: string[], firstAdministrator?: string) {
  const stage = createStage({
    createApp: async () =>
      ({
        target: { kind: 'embedded' as const, says: 'dovetail on the embedded PostgreSQL', ours: true },
        prepare: async () => {},
        close: async () => void order.push('closed'),
        serve: async ({ host, port }: { host: string; port: number }) => {
          order.push(`listening ${host}:${port}`);
          queueMicrotask(() => stage.signals.emit('SIGTERM', 'SIGTERM'));
          return {
            url: `http://${host}:${port}`,
            inviteFirst: async () => firstAdministrator,
            close: async () => void order.push('server closed'),
          };
        },
        jobs: {
          startWorkers: async ({ concurrency, signal }: { concurrency: number; signal: AbortSignal }) => {
            const stopped = new Promise<void>((resolve) => {
              if (signal.aborted) resolve();
              signal.addEventListener('abort', () => resolve());
            }).then(() => void order.push(`drained ${concurrency}`));
            return { id: 'pool-1', tasks: ['run.import'], stopped };
          },
        },
      }) as unknown as CliApp,
  });
  return stage;
}

describe('start', () => {
  it('serves on this machine alone and works, and at SIGTERM drains both before it closes', async () => {
    const order: string[] = [];
    const stage = openStage(order);
    expect(await runCli(['start', '--concurrency', '3'], stage.host)).toBe(0);
    expect(order[0]).toBe('listening 127.0.0.1:4000');
    expect(order.slice(1, 3).sort()).toEqual(['drained 3', 'server closed']);
    expect(order.slice(3)).toEqual(['closed']);
    expect(stage.stdout()).toContain('http://127.0.0.1:4000/api');
    expect(stage.stderr()).toContain('nothing was left half-done');
  });
});

describe('a start while nobody can sign in', () => {
  it('prints a one-time link for the first administrator, once', async () => {
    const link = 'http://127.0.0.1:4000/invitation/abc';
    const stage = openStage([], link);
    expect(await runCli(['start'], stage.host)).toBe(0);
    expect(stage.stdout().split(link)).toHaveLength(2);
    expect(stage.stderr()).not.toContain(link);
    const asData = openStage([], link);
    expect(await runCli(['serve', '--json'], asData.host)).toBe(0);
    expect(JSON.parse(asData.stdout())).toMatchObject({ firstAdministrator: link });
  });
});

describe('serve', () => {
  it('serves without working', async () => {
    const order: string[] = [];
    const stage = openStage(order);
    expect(await runCli(['serve', '--host', '0.0.0.0', '--port', '0', '--json'], stage.host)).toBe(0);
    expect(order).toEqual(['listening 0.0.0.0:0', 'server closed', 'closed']);
    expect(JSON.parse(stage.stdout())).toEqual({ url: 'http://0.0.0.0:0', api: 'http://0.0.0.0:0/api' });
  });
});
