// Schedules that take files from S3 and SFTP and put them there: the same rules as for folders, whatever the storage.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage, type StorageSettings } from '../../src/engine/storage/index.js';
import type { Storage } from '../../src/engine/storage/storage.js';
import { S3_KEYS, type S3TestServer, startS3Server } from '../support/s3-server.js';
import { SFTP_LOGIN, type SftpTestServer, startSftpServer } from '../support/sftp-server.js';
import { createScheduleFixture, type ScheduleFixture } from './schedule-fixture.js';

const ENV = { SECRET: S3_KEYS.secretAccessKey, PASSWORD: SFTP_LOGIN.password };

interface Remote {
  readonly settings: StorageSettings;
  readonly port: number;
  stop(): Promise<void>;
}

const REMOTES: Readonly<Record<'s3' | 'sftp', () => Promise<Remote>>> = {
  async s3() {
    const server: S3TestServer = await startS3Server('files');
    const { port, endpoint } = server;
    const { accessKeyId } = S3_KEYS;
    return {
      port,
      settings: { kind: 's3', bucket: 'files', endpoint, accessKeyId, secretAccessKey: '{env:SECRET}' },
      stop: () => server.stop(),
    };
  },
  async sftp() {
    const folder = mkdtempSync(join(tmpdir(), 'dovetail-remote-'));
    const server: SftpTestServer = await startSftpServer(folder);
    const { port, hostKey } = server;
    const { user } = SFTP_LOGIN;
    return {
      port,
      settings: { kind: 'sftp', host: '127.0.0.1', port, user, password: '{env:PASSWORD}', hostKey },
      async stop() {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

describe.each(Object.keys(REMOTES) as ('s3' | 'sftp')[])('a schedule at %s', (kind) => {
  let remote: Remote;
  let storage: Storage;
  let at: ScheduleFixture;
  beforeAll(async () => {
    remote = await REMOTES[kind]();
    const allow = [`127.0.0.1:${remote.port}`];
    storage = await openStorage(remote.settings, { env: ENV, allow });
    at = await createScheduleFixture('create table item (sku text primary key, price numeric not null)', {
      places: { roots: [], storages: { drop: remote.settings }, allow, env: ENV },
    });
    await at.addImport('drop', {
      from: at.place('storage:drop/in/*.csv'),
      done: '../done',
      failed: '../failed',
    });
  });
  afterAll(async () => {
    await storage?.close();
    await at?.drop();
    await remote?.stop();
  });

  const put = (path: string, text: string) => storage.put(path, [Buffer.from(text)] as never);
  const paths = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { path } of storage.list('')) found.push(path);
    return found.toSorted();
  };

  it('imports each file once, puts it away, and leaves no copy behind', async () => {
    await put('in/a.csv', 'sku,price\nA,1\n');
    await put('in/b.csv', 'none,fits\n1,2\n');
    await put('in/still.csv.part', 'sku,pri');
    await put('in/locked.csv', 'sku,price\nL,1\n');
    await put('in/locked.csv.lock', '');
    const firing = await at.tick('drop', '2026-06-01T03:00:01Z');
    expect(firing).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('in/a.csv as run 1 (completed)'),
    });
    expect(firing.says).toContain('in/b.csv was refused');
    expect(firing.says).toContain('in/locked.csv is still being written');
    expect(await at.rows('select sku from item order by 1')).toEqual([['A']]);
    expect(await paths()).toEqual([
      'done/a.csv',
      'failed/b.csv',
      'in/locked.csv',
      'in/locked.csv.lock',
      'in/still.csv.part',
    ]);
    expect(await at.ls('data/spool')).toEqual([]);
    await storage.delete('in/locked.csv.lock');
    expect(await at.tick('drop', '2026-06-02T03:00:01Z')).toMatchObject({ state: 'done' });
    expect(await at.tick('drop', '2026-06-03T03:00:01Z')).toMatchObject({ state: 'nothing' });
  });

  it('knows a file that is brought again, and leaves one alone that grows', async () => {
    await put('in/a.csv', 'sku,price\nA,1\n');
    expect(await at.tick('drop', '2026-06-04T03:00:01Z')).toMatchObject({
      state: 'nothing',
      says: expect.stringContaining('in/a.csv is known'),
    });
    let text = 'sku,price\nG,1\n';
    await put('in/grows.csv', text);
    at.whileWaiting(async () => {
      text += 'H,1\n';
      await put('in/grows.csv', text);
    });
    expect((await at.tick('drop', '2026-06-05T03:00:01Z')).says).toContain(
      'in/grows.csv is still being written',
    );
    at.whileWaiting(async () => {});
    expect(await at.tick('drop', '2026-06-06T03:00:01Z')).toMatchObject({ state: 'done' });
    expect(await at.rows("select count(*)::int from item where sku in ('G', 'H')")).toEqual([[2]]);
  });

  it('exports into it, whole, and leaves no copy behind', async () => {
    const call = { entity: 'item', format: 'csv', formatOptions: {}, full: false };
    await at.addExport('out', { to: at.place('storage:drop/out/{schedule}-{date}.csv') as never, call });
    expect(await at.tick('out', '2026-06-07T03:00:01Z')).toMatchObject({ state: 'done' });
    const parts: Buffer[] = [];
    for await (const part of await storage.get('out/out-2026-06-07.csv')) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toBe('sku,price\nA,1\nG,1\nH,1\nL,1\n');
    expect(await at.ls('data/spool')).toEqual([]);
  });

  it('says in words why it can not be reached, without a secret, and goes on when it can be', async () => {
    await put('in/later.csv', 'sku,price\nZ,1\n');
    const { settings } = remote;
    const broken = kind === 's3' ? { SECRET: 'hush hush' } : { PASSWORD: 'hush hush' };
    const other = await createScheduleFixture(
      'create table item (sku text primary key, price numeric not null)',
      {
        places: { roots: [], storages: { drop: settings }, allow: [`127.0.0.1:${remote.port}`], env: broken },
      },
    );
    await other.addImport('drop', { from: other.place('storage:drop/in/*.csv') });
    const firing = await other.tick('drop', '2026-06-01T03:00:01Z');
    expect(firing).toMatchObject({ state: 'failed', says: expect.stringContaining('STORAGE-104') });
    expect(firing.says).not.toContain('hush');
    await other.drop();
    expect(await at.tick('drop', '2026-06-08T03:00:01Z')).toMatchObject({ state: 'done' });
  });

  it.runIf(kind === 'sftp')('looks twice where the clock of the server may be behind', async () => {
    let text = 'sku,price\nP,1\n';
    await put('in/slow.csv', text);
    at.whileWaiting(async () => {
      text += 'Q,1\n';
      await put('in/slow.csv', text);
    });
    // By the clock here everything on the server is years old.
    expect((await at.tick('drop', '2036-06-07T03:00:01Z')).says).toContain(
      'in/slow.csv is still being written',
    );
    at.whileWaiting(async () => {});
    await storage.delete('in/slow.csv');
  });
});
