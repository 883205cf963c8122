// SFTP as a storage: the published suite on a server of ssh2's own and on OpenSSH's, where there is one; links, and servers that misbehave.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStorage, type SftpSettings } from '../../src/engine/storage/index.js';
import type { Storage } from '../../src/engine/storage/storage.js';
import { listStorageCases } from '../../src/testing/storage-suite.js';
import { SFTP_LOGIN, type SftpTestServer, startSftpServer } from '../support/sftp-server.js';
import { noSshd, type SshdServer, startSshd } from '../support/sshd-server.js';

const top = mkdtempSync(join(tmpdir(), 'dovetail-sftp-'));
let server: SftpTestServer;
beforeAll(async () => {
  server = await startSftpServer(top);
});
afterEach(() => server.misbehave(undefined));
afterAll(async () => {
  await server?.stop();
  rmSync(top, { recursive: true, force: true });
});

let made = 0;
const ENV = { SFTP_PASSWORD: SFTP_LOGIN.password };

function open(
  settings: Partial<SftpSettings> = {},
  rooms: { readonly env?: Record<string, string>; readonly allow?: readonly string[] } = {},
): Promise<Storage> {
  return openStorage(
    {
      kind: 'sftp',
      host: '127.0.0.1',
      port: server.port,
      user: SFTP_LOGIN.user,
      password: '{env:SFTP_PASSWORD}',
      hostKey: server.hostKey,
      path: `/root-${++made}`,
      timeoutSeconds: 20,
      ...settings,
    },
    { env: ENV, allow: [`127.0.0.1:${server.port}`], ...rooms },
  );
}

/** The folder that the storage opened last shows. */
const folder = () => join(top, `root-${made}`);

async function* text(value: string) {
  yield Buffer.from(value);
}

async function pathsOf(storage: Storage): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { path } of storage.list('')) paths.push(path);
  return paths;
}

async function textOf(storage: Storage, path: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await storage.get(path)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it worked'),
    (error) => error,
  );

describe('a folder on a server of ssh2 keeps the contract of a storage', () => {
  it.each(listStorageCases(() => open()))('$name', ({ check }) => check());
});

describe.skipIf(noSshd !== undefined)(
  `a folder on a server of OpenSSH${noSshd ? ` (skipped: ${noSshd})` : ''}`,
  () => {
    let sshd: SshdServer;
    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd?.stop());

    /** By a key, since only the system itself knows passwords. */
    const openReal = (settings: Partial<SftpSettings> = {}, env: Record<string, string> = {}) => {
      const { user, hostKey, port, privateKeyFile } = sshd;
      const path = join(top, `root-${++made}`);
      const own: SftpSettings = {
        kind: 'sftp',
        host: '127.0.0.1',
        port,
        user,
        hostKey,
        path,
        privateKeyFile,
        ...settings,
      };
      return openStorage(own, { env, allow: [`127.0.0.1:${port}`] });
    };

    it.each(listStorageCases(() => openReal()))('keeps the contract: $name', ({ check }) => check());

    it('follows links only where they stay inside', async () => {
      const storage = await openReal();
      const outside = join(top, 'outside-real');
      mkdirSync(outside);
      writeFileSync(join(outside, 'secret.csv'), 'secret');
      await storage.put('in/own.csv', text('own'));
      symlinkSync(join(outside, 'secret.csv'), join(folder(), 'in', 'file-out.csv'));
      symlinkSync(outside, join(folder(), 'in', 'folder-out'));
      symlinkSync(join(outside, 'not-yet.csv'), join(folder(), 'in', 'dangling.csv'));
      symlinkSync(join(folder(), 'in'), join(folder(), 'in', 'circle'));
      symlinkSync('own.csv', join(folder(), 'in', 'inside.csv'));
      expect(await pathsOf(storage)).toEqual(['in/inside.csv', 'in/own.csv']);
      expect(await textOf(storage, 'in/inside.csv')).toBe('own');
      for (const path of [
        'in/file-out.csv',
        'in/folder-out/secret.csv',
        'in/dangling.csv',
        'in/folder-out/deep/new.csv',
      ]) {
        expect(await failure(storage.get(path)), path).toMatchObject({ code: 'STORAGE-101' });
        expect(await failure(storage.put(path, text('x'))), path).toMatchObject({ code: 'STORAGE-101' });
        expect(await failure(storage.delete(path)), path).toMatchObject({ code: 'STORAGE-101' });
      }
      expect(readdirSync(outside)).toEqual(['secret.csv']);
      await storage.close();
    });

    it('lets in by a key from the environment, and says why it does not', async () => {
      const key = readFileSync(sshd.privateKeyFile, 'utf8');
      const { privateKeyFile: _, ...byText } = { privateKeyFile: '', privateKey: '{env:SFTP_KEY}' };
      const openBy = async (SFTP_KEY: string) => {
        const path = join(top, `root-${++made}`);
        const { user, hostKey, port } = sshd;
        return openStorage(
          { kind: 'sftp', host: '127.0.0.1', port, user, hostKey, path, ...byText },
          { env: { SFTP_KEY }, allow: [`127.0.0.1:${port}`] },
        );
      };
      const storage = await openBy(key);
      expect(await storage.put('a.csv', text('x'))).toMatchObject({ size: 1 });
      await storage.close();
      const stranger = await openBy(readFileSync(sshd.strangerKeyFile, 'utf8'));
      expect(await failure(stranger.stat('a.csv'))).toMatchObject({ code: 'STORAGE-104' });
      const broken = await failure((await openBy('-----BEGIN no key of anybody-----')).stat('a.csv'));
      expect(broken).toMatchObject({ code: 'STORAGE-107' });
      expect(JSON.stringify(broken) + broken).not.toContain('no key of anybody');
    });

    it('replaces a file in one step: whoever reads it has the old one or the new one', async () => {
      const [writer, reader] = [await openReal(), await openReal({ path: join(top, `root-${made}`) })];
      await writer.put('a.csv', text('old'));
      let seen = 0;
      let over = false;
      const reading = (async () => {
        while (!over) {
          expect(['old', 'new']).toContain(await textOf(reader, 'a.csv'));
          seen++;
        }
      })();
      for (let i = 0; i < 20; i++) await writer.put('a.csv', text(i % 2 === 0 ? 'new' : 'old'));
      over = true;
      await reading;
      expect(seen).toBeGreaterThan(0);
      await Promise.all([writer.close(), reader.close()]);
    });
  },
);

describe('a server that is not the one that was named', () => {
  it('is told nothing, and what it showed is in the hint', async () => {
    const unknown = await failure((await open({ hostKey: [] })).stat('a.csv'));
    expect(unknown).toMatchObject({
      code: 'STORAGE-109',
      hint: expect.stringContaining(`hostKey: '${server.hostKey}'`),
    });
    const other = `SHA256:${'A'.repeat(43)}`;
    let asked = 0;
    server.misbehave((request) => {
      if (request === 'LOGIN') asked++;
      return false;
    });
    expect(await failure((await open({ hostKey: other })).put('a.csv', text('x')))).toMatchObject({
      code: 'STORAGE-109',
      consequence: 'stop',
      detail: expect.stringContaining('somebody else answers'),
    });
    expect(asked).toBe(0);
    const storage = await open({ hostKey: [other, server.hostKey] });
    expect(await storage.stat('a.csv')).toBeUndefined();
    expect(asked).toBeGreaterThan(0);
    await storage.close();
  });

  it('is not asked at a private address that the configuration does not name', async () => {
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      const storage = await open({ host }, { allow: ['127.0.0.1:22'] });
      expect(await failure(storage.stat('a.csv'))).toMatchObject({ code: 'HTTP-102' });
    }
  });
});

describe('credentials that are wrong', () => {
  it('are refused in our words, without the secret', async () => {
    const secret = 'wrong but still secret';
    const error = await failure((await open({}, { env: { SFTP_PASSWORD: secret } })).stat('a.csv'));
    expect(error).toMatchObject({ code: 'STORAGE-104', detail: expect.stringContaining('was not let in') });
    expect(JSON.stringify(error) + error).not.toContain(secret);
    expect(await failure((await open({}, { env: {} })).stat('a.csv'))).toMatchObject({ code: 'STORAGE-108' });
  });
});

describe('an upload that is cut', () => {
  it.each(['WRITE', 'CLOSE', 'RENAME'])(
    'at %s leaves no file under its final name, and the next one works',
    async (step) => {
      const storage = await open();
      await storage.put('in/kept.csv', text('before'));
      let writes = 0;
      server.misbehave((request, _path, connection) => {
        if (request !== step || (step === 'WRITE' && ++writes < 3)) return false;
        connection.end();
        return true;
      });
      async function* large() {
        for (let i = 0; i < 10; i++) yield Buffer.alloc(100_000, 'x');
      }
      expect(await failure(storage.put('in/new.csv', large()))).toMatchObject({ code: 'STORAGE-103' });
      server.misbehave(undefined);
      expect(existsSync(join(folder(), 'in', 'new.csv'))).toBe(false);
      expect(await pathsOf(storage)).toEqual(['in/kept.csv']);
      expect(await textOf(storage, 'in/kept.csv')).toBe('before');
      expect(await storage.put('in/new.csv', text('whole'))).toMatchObject({ size: 5 });
      await storage.close();
    },
  );
});

describe('a server that misbehaves', () => {
  it.each(['LOGIN', 'REALPATH', 'OPEN', 'READ'])('is given up when it says nothing to %s', async (step) => {
    const storage = await open({ timeoutSeconds: 0.5 });
    mkdirSync(folder());
    writeFileSync(join(folder(), 'a.csv'), 'x');
    server.misbehave((request) => request === step);
    const read = storage.get('a.csv').then(async (stream) => {
      for await (const _ of stream);
    });
    expect(await failure(read)).toMatchObject({
      code: 'STORAGE-103',
      consequence: 'retry',
      detail: expect.stringContaining('said nothing for 0.5 s'),
    });
    server.misbehave(undefined);
    expect(await textOf(storage, 'a.csv')).toBe('x');
    await storage.close();
  });

  it('is given up when it says nothing at all, or is none of SSH', async () => {
    for (const greeting of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
      const silent = createServer((socket) => {
        socket.on('error', () => {});
        if (greeting !== '') socket.end(greeting);
      });
      await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
      const { port } = silent.address() as AddressInfo;
      const storage = await open({ port, timeoutSeconds: 0.5 }, { allow: [`127.0.0.1:${port}`] });
      expect(await failure(storage.stat('a.csv'))).toMatchObject({ code: 'STORAGE-103' });
      silent.close();
    }
  });

  it('is connected to anew after it cut the line', async () => {
    const storage = await open();
    await storage.put('a.csv', text('x'));
    server.cut();
    const found = await storage.stat('a.csv').catch(() => storage.stat('a.csv'));
    expect(found).toMatchObject({ size: 1 });
    await storage.close();
  });

  it('fails what was under way when it cuts the line', async () => {
    const storage = await open();
    writeFileSync(join(top, 'large.bin'), Buffer.alloc(3 << 20));
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), 'large.bin'), Buffer.alloc(3 << 20));
    let reads = 0;
    server.misbehave((request, _path, connection) => {
      if (request !== 'READ' || ++reads < 20) return false;
      connection.end();
      return true;
    });
    expect(await failure(textOf(storage, 'large.bin'))).toMatchObject({ code: 'STORAGE-103' });
    await storage.close();
  });
});
