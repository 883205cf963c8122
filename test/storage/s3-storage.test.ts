// S3 as a storage: the published suite, on a server of our own and on the one that DOVETAIL_TEST_S3 names; and servers that misbehave.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStorage, type S3Settings } from '../../src/engine/storage/index.js';
import type { Storage } from '../../src/engine/storage/storage.js';
import { listStorageCases } from '../../src/testing/storage-suite.js';
import { S3_KEYS, type S3TestServer, startS3Server } from '../support/s3-server.js';

let server: S3TestServer;
beforeAll(async () => {
  server = await startS3Server('files');
});
afterAll(() => server?.stop());
afterEach(() => server.misbehave(undefined));

let made = 0;
const ENV = { S3_ID: S3_KEYS.accessKeyId, S3_SECRET: S3_KEYS.secretAccessKey };
function open(
  settings: Partial<S3Settings> = {},
  rooms: { readonly env?: Record<string, string>; readonly allow?: readonly string[] } = {},
): Promise<Storage> {
  return openStorage(
    {
      kind: 's3',
      bucket: 'files',
      prefix: `test-${++made}`,
      endpoint: server.endpoint,
      accessKeyId: '{env:S3_ID}',
      secretAccessKey: '{env:S3_SECRET}',
      timeoutSeconds: 20,
      ...settings,
    },
    { env: ENV, allow: [`127.0.0.1:${server.port}`], ...rooms },
  );
}

describe('a bucket keeps the contract of a storage', () => {
  it.each(listStorageCases(() => open()))('$name', ({ check }) => check());
});

// http://ID:SECRET@host:port/bucket, of which only a folder of its own is touched.
const real = process.env['DOVETAIL_TEST_S3'];
describe.skipIf(real === undefined)('a bucket of the server that DOVETAIL_TEST_S3 names keeps it too', () => {
  const url = new URL(real ?? 'http://id:secret@127.0.0.1:1/bucket');
  const run = `dovetail-test-${Date.now()}`;
  const openReal = () =>
    open(
      {
        endpoint: url.origin,
        bucket: url.pathname.slice(1),
        prefix: `${run}/${++made}`,
        region: url.searchParams.get('region') ?? 'us-east-1',
      },
      {
        env: { S3_ID: decodeURIComponent(url.username), S3_SECRET: decodeURIComponent(url.password) },
        allow: [url.host],
      },
    );
  it.each(listStorageCases(openReal))('$name', ({ check }) => check());

  it('leaves no half file of an upload in parts', async () => {
    const storage = await openReal();
    async function* broken() {
      for (let i = 0; i < 20; i++) yield Buffer.alloc(1 << 20, i);
      throw new Error('the source broke');
    }
    await expect(storage.put('big.bin', broken())).rejects.toThrow('the source broke');
    expect(await storage.stat('big.bin')).toBeUndefined();
    await storage.put('big.bin', megabytes(40));
    expect(await storage.stat('big.bin')).toMatchObject({ size: 40 << 20 });
    expect(await sizeOf(storage, 'big.bin')).toBe(40 << 20);
    await storage.delete('big.bin');
    await storage.close();
  });
});

async function* megabytes(count: number) {
  for (let i = 0; i < count; i++) yield Buffer.alloc(1 << 20, i);
}

async function* text(value: string) {
  yield Buffer.from(value);
}

async function sizeOf(storage: Storage, path: string): Promise<number> {
  let size = 0;
  for await (const chunk of await storage.get(path)) size += (chunk as Buffer).length;
  return size;
}

describe('a bucket', () => {
  it('takes what is larger than one part in parts, and nothing of it is seen before all are there', async () => {
    const storage = await open({ prefix: 'parts' });
    async function* watched() {
      for await (const block of megabytes(40)) {
        expect(server.objects.has('parts/big.bin')).toBe(false);
        yield block;
      }
    }
    expect(await storage.put('big.bin', watched())).toMatchObject({ size: 40 << 20 });
    const stored = server.objects.get('parts/big.bin')!;
    for (const i of [0, 17, 39]) expect(stored[i << 20]).toBe(i);
    expect(server.requests.filter((line) => line.includes('partNumber'))).toHaveLength(3);
    await storage.close();
  });

  it('lists page after page, without what stands for folders', async () => {
    const storage = await open({ prefix: 'pages' });
    for (let i = 0; i < 8; i++) await storage.put(`${i}.csv`, text('x'));
    const bare = await open({ prefix: 'pages-too' });
    await bare.put('other.csv', text('x'));
    const paths: string[] = [];
    for await (const { path } of storage.list('')) paths.push(path);
    expect(paths).toEqual(['0.csv', '1.csv', '2.csv', '3.csv', '4.csv', '5.csv', '6.csv', '7.csv']);
    await storage.close();
  });

  it('says of a file the same in a list and alone', async () => {
    const storage = await open();
    await storage.put('a.csv', text('x'));
    for await (const file of storage.list('')) expect(await storage.stat('a.csv')).toEqual(file);
    await storage.close();
  });
});

describe('an upload that is cut', () => {
  it('in the middle of its parts leaves nothing under its name, and no parts', async () => {
    const storage = await open({ prefix: 'cut' });
    server.misbehave((request, answer) => {
      if (request.url?.includes('partNumber=2') !== true) return false;
      answer.destroy();
      return true;
    });
    await expect(storage.put('big.bin', megabytes(40))).rejects.toMatchObject({ code: 'STORAGE-103' });
    server.misbehave(undefined);
    expect(await storage.stat('big.bin')).toBeUndefined();
    expect(server.openUploads()).toBe(0);
    await storage.close();
  });

  it('by its own source leaves no parts', async () => {
    const storage = await open();
    async function* broken() {
      yield* megabytes(20);
      throw new Error('the source broke');
    }
    await expect(storage.put('big.bin', broken())).rejects.toThrow('the source broke');
    expect(server.openUploads()).toBe(0);
    expect(await storage.stat('big.bin')).toBeUndefined();
    await storage.close();
  });
});

describe('a server that misbehaves', () => {
  it('is given up when it says nothing', async () => {
    const storage = await open({ timeoutSeconds: 0.3 });
    server.misbehave(() => true);
    for (const call of [
      () => storage.stat('a.csv'),
      () => storage.get('a.csv'),
      () => storage.put('a.csv', text('x')),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'STORAGE-103',
        consequence: 'retry',
        detail: expect.stringContaining('said nothing for 0.3 s'),
      });
    }
    await storage.close();
  });

  it('is given up when it falls silent in the middle of a file, or breaks off', async () => {
    const storage = await open({ timeoutSeconds: 0.3 });
    server.misbehave((_, answer) => {
      answer.writeHead(200, { 'content-length': 1000 });
      answer.write('the beginning');
      return true;
    });
    await expect(sizeOf(storage, 'a.csv')).rejects.toMatchObject({ code: 'STORAGE-103' });
    server.misbehave((_, answer) => {
      answer.writeHead(200, { 'content-length': 1000 });
      answer.write('the beginning', () => answer.destroy());
      return true;
    });
    await expect(sizeOf(storage, 'a.csv')).rejects.toMatchObject({ code: 'STORAGE-103' });
    await storage.close();
  });

  it('is asked again when it is busy', async () => {
    const storage = await open();
    let refused = 0;
    server.misbehave((request, answer) => {
      if (request.method !== 'PUT' || ++refused > 1) return false;
      request.resume();
      answer.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      return true;
    });
    expect(await storage.put('a.csv', text('x'))).toMatchObject({ size: 1 });
    expect(refused).toBe(2);
    await storage.close();
  });

  it('is left when it lists the same page for ever', async () => {
    const storage = await open();
    server.misbehave((_, answer) => {
      answer.end(
        '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>',
      );
      return true;
    });
    const list = async () => {
      for await (const _ of storage.list(''));
    };
    await expect(list()).rejects.toMatchObject({ code: 'STORAGE-104' });
    await storage.close();
  });

  it('shows no names that are no paths', async () => {
    const storage = await open({ prefix: 'odd' });
    const keys = ['odd/', 'odd/folder/', 'odd/../up.csv', 'odd//twice.csv', 'odd/good.csv', 'elsewhere.csv'];
    server.misbehave((_, answer) => {
      const rows = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
      answer.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`);
      return true;
    });
    const paths: string[] = [];
    for await (const { path } of storage.list('')) paths.push(path);
    expect(paths).toEqual(['good.csv']);
    await storage.close();
  });
});

describe('what a bucket is opened with', () => {
  it('is refused in our words where it is wrong, and never shows the secret', async () => {
    const secret = 'wrong-but-still-secret';
    const cases = [
      [{}, { ...ENV, S3_SECRET: secret }, 'STORAGE-104', 'SignatureDoesNotMatch'],
      [{}, { ...ENV, S3_ID: 'NOBODY', S3_SECRET: secret }, 'STORAGE-104', 'InvalidAccessKeyId'],
      [{ bucket: 'nobodys' }, ENV, 'STORAGE-104', 'NoSuchBucket'],
      [{}, { S3_ID: 'x' }, 'STORAGE-108', 'S3_SECRET is not set'],
    ] as const;
    for (const [settings, env, code, detail] of cases) {
      const attempt = async () => (await open(settings, { env })).get('a.csv');
      const error = await attempt().catch((reason: Error) => reason);
      expect(error).toMatchObject({ code, detail: expect.stringContaining(detail) });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/still-secret|nobody-may-see/);
    }
  });

  it('is not asked at a private address that the configuration does not name', async () => {
    const before = server.requests.length;
    await expect(open({}, { allow: [] })).rejects.toMatchObject({ code: 'HTTP-102' });
    const named = await open({ endpoint: `http://localhost:${server.port}` }, { allow: [] });
    await expect(named.stat('a.csv')).rejects.toMatchObject({
      code: 'HTTP-102',
      hint: expect.stringContaining('localhost'),
    });
    await expect(named.put('a.csv', megabytes(3))).rejects.toMatchObject({ code: 'HTTP-102' });
    await named.close();
    const inTheName = await open(
      { endpoint: `http://localhost:${server.port}`, pathStyle: false },
      { allow: [`127.0.0.1:${server.port}`] },
    );
    await expect(inTheName.stat('a.csv')).rejects.toMatchObject({
      code: expect.stringMatching(/^(HTTP-102|STORAGE-103)$/),
    });
    await inTheName.close();
    expect(server.requests.length).toBe(before);
  });

  it('can not be reached where nobody listens', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const storage = await open({ endpoint: `http://127.0.0.1:${port}` }, { allow: [`127.0.0.1:${port}`] });
    await expect(storage.stat('a.csv')).rejects.toMatchObject({ code: 'STORAGE-103' });
    await storage.close();
  });
});
