import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withStartLock } from './start-lock.js';

describe('the start lock', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dovetail-start-lock-'));
    path = join(folder, 'starting.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one in at a time and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5].map(() => withStartLock(path, work)));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is free again after work that failed', async () => {
    await expect(withStartLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withStartLock(path, async () => 'in')).toBe('in');
  });

  it('is taken over from an owner that died, by one of those who wait', async () => {
    writeFileSync(path, '999999999 0.1\n');
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((one) => withStartLock(path, async () => order.push(one))));
    expect(order.sort()).toEqual([1, 2, 3]);
  });

  it('names the owner that keeps it too long', async () => {
    writeFileSync(path, `${process.pid} 0.1\n`);
    const failure = withStartLock(path, async () => 'in', 50);
    await expect(failure).rejects.toMatchObject({
      code: 'POSTGRES-106',
      detail: expect.stringContaining(`${process.pid}`),
    });
  });
});
