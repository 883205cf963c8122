import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCloseStack } from './close-stack.js';
import { listenForStop } from './stop-signals.js';

describe('close stack', () => {
  it('closes in the opposite order and only once', async () => {
    const closed: string[] = [];
    const stack = createCloseStack();
    stack.add('database', () => closed.push('database'));
    stack.add('catalog', async () => closed.push('catalog'));
    await Promise.all([stack.close(), stack.close()]);
    expect(closed).toEqual(['catalog', 'database']);
  });

  it('goes on when one part fails, and says which', async () => {
    const closed: string[] = [];
    const stack = createCloseStack();
    stack.add('database', () => closed.push('database'));
    stack.add('jobs', () => Promise.reject(new Error('still busy')));
    await expect(stack.close()).rejects.toThrow('Closing jobs failed: still busy');
    expect(closed).toEqual(['database']);
  });
});

describe('stop signals', () => {
  it('asks the work to stop at the first and ends at the second', () => {
    const source = new EventEmitter();
    const heard: string[] = [];
    const listener = listenForStop(source, {
      first: (signal) => heard.push(`first ${signal}`),
      second: (signal) => heard.push(`second ${signal}`),
    });
    expect(listener.signal.aborted).toBe(false);
    source.emit('SIGTERM', 'SIGTERM');
    expect(listener.signal.reason).toBe('SIGTERM');
    source.emit('SIGINT', 'SIGINT');
    expect(heard).toEqual(['first SIGTERM', 'second SIGINT']);
    listener.release();
    expect(source.listenerCount('SIGINT')).toBe(0);
  });
});
