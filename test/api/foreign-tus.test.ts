// Uploads by a client that somebody else wrote (tus-js-client), over a connection that is cut: it goes on where the server stands.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

/** DOVETAIL_TEST_UPLOAD_BYTES=2147483648 sends two gigabytes. */
const BYTES = Number(process.env['DOVETAIL_TEST_UPLOAD_BYTES'] ?? 24 << 20);
const CHUNK = Math.max(4 << 20, Math.ceil(BYTES / 8));

let own: OwnApp;
let admin: OwnCaller;
let folder: string;
let cutter: { readonly url: string; readonly cuts: () => number; readonly server: Server };

beforeAll(async () => {
  own = await openOwnApp();
  admin = await own.addClient('admin', ['administrator']);
  folder = mkdtempSync(join(tmpdir(), 'dovetail-tus-'));
  cutter = await openCutter(own.url, [BYTES * 0.2, BYTES * 0.45]);
});
afterAll(async () => {
  cutter?.server.close();
  await own?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Passes everything on, and cuts the connection once so many bytes have gone to the server, for each number once. */
async function openCutter(url: string, at: readonly number[]) {
  const { hostname, port } = new URL(url);
  const open = [...at];
  let sent = 0;
  const server = createServer((client) => {
    const target = connect(Number(port), hostname);
    const end = () => {
      client.destroy();
      target.destroy();
    };
    client.on('data', (bytes) => {
      sent += bytes.length;
      if (open.length > 0 && sent >= open[0]!) {
        open.shift();
        end();
        return;
      }
      if (!target.write(bytes)) {
        client.pause();
        target.once('drain', () => client.resume());
      }
    });
    target.pipe(client);
    for (const socket of [client, target]) socket.on('error', end);
    client.on('close', end);
    target.on('close', end);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, cuts: () => at.length - open.length, server };
}

it(`of ${BYTES} bytes survives cuts, and is the file that was sent`, async () => {
  const path = join(folder, 'large.csv');
  const file = openSync(path, 'w');
  writeSync(file, 'sku,price\nA,1\n');
  // The rest is a hole: it costs no disk here.
  truncateSync(path, BYTES);
  writeSync(file, '\nZ,9\n', BYTES - 5);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const upload = await new Promise<Upload>((done, failed) => {
    const one: Upload = new Upload(createReadStream(path), {
      endpoint: `${cutter.url}/api/dovetail/uploads`,
      headers: { authorization: `Bearer ${admin.key}` },
      metadata: { filename: 'large.csv' },
      chunkSize: CHUNK,
      uploadSize: BYTES,
      retryDelays: [0, 50, 100, 200, 500],
      onError: failed,
      onSuccess: () => done(one),
    });
    one.start();
  });
  expect(cutter.cuts()).toBe(2);
  const id = upload.url!.split('/').at(-1)!;
  const { data } = (await admin.get(`/dovetail/uploads/${id}`)).json;
  expect(data.attributes).toMatchObject({
    name: 'large.csv',
    state: 'complete',
    size: BYTES,
    received: BYTES,
    sha256: hash.digest('hex'),
  });
}, 900_000);
