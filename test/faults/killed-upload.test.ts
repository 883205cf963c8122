// kill -9 of the server, again and again, while a file is sent: each time the upload goes on at what was kept, and the file is whole in the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type CompiledProduct, compileProduct } from './compiled-product.js';
import { eventually } from './fault-process-control.js';

const ROWS = 40_000;
const KILLS = 3;
const PART = 1 << 20;

let at: TestDatabase;
let product: CompiledProduct;
let folder: string;
let key: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  product = compileProduct();
  folder = mkdtempSync(join(tmpdir(), 'dovetail-killed-upload-'));
  at = await createTestDatabase();
  await at.database.query('create table note (id int primary key, text text not null)');
  await setUpDatabase(at.database);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'sender' });
  await access.clients.giveRole('sender', 'administrator');
  ({ key } = await access.keys.create('sender'));
}, 120_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await at?.drop();
  product?.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function startServer(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const args = [product.cli, 'start', '--port', '0', '--json', '--database', at.url, '--data-folder', folder];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  for await (const line of createInterface(child.stdout!)) {
    text += line;
    if (text.trimEnd().endsWith('}')) break;
  }
  return { child, url: (JSON.parse(text) as { api: string }).api };
}

const tus = () => ({ authorization: `Bearer ${key}`, 'tus-resumable': '1.0.0' });

/** Sends from the offset on; after so many bytes `enough` is called, once the connection took them. True if all of it was taken. */
function send(
  url: string,
  bytes: Buffer,
  offset: number,
  most: number,
  enough: () => void,
): Promise<boolean> {
  return new Promise((done) => {
    const request = httpRequest(url, {
      method: 'PATCH',
      headers: {
        ...tus(),
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'content-length': String(bytes.length - offset),
      },
    });
    request.on('error', () => done(false));
    request.on('response', (answer) => {
      answer.resume();
      done(answer.statusCode === 204);
    });
    void (async () => {
      for (let sent = offset; sent < bytes.length; sent += PART) {
        if (sent - offset >= most) return enough();
        if (!request.write(bytes.subarray(sent, sent + PART)))
          await Promise.race([once(request, 'drain'), once(request, 'close')]).catch(() => {});
      }
      request.end();
    })();
  });
}

it('an upload goes on after each kill, and is imported whole', { timeout: 240_000 }, async () => {
  const text = 'x'.repeat(1_000);
  const bytes = Buffer.from(`id,text\n${Array.from({ length: ROWS }, (_, i) => `${i},${text}\n`).join('')}`);
  let server = await startServer();
  const begun = await fetch(`${server.url}/dovetail/uploads`, {
    method: 'POST',
    headers: { ...tus(), 'upload-length': String(bytes.length) },
  });
  const id = begun.headers.get('location')!.split('/').at(-1)!;
  const offsets: number[] = [];
  for (let kills = 0; ; kills++) {
    const address = `${server.url}/dovetail/uploads/${id}`;
    const look = await fetch(address, { method: 'HEAD', headers: tus() });
    const offset = Number(look.headers.get('upload-offset'));
    offsets.push(offset);
    const { child } = server;
    // What a killed process is lost of is what it had not noted yet: so much comes before each kill that some of it is noted.
    const most = kills < KILLS ? 12 << 20 : Number.POSITIVE_INFINITY;
    const all = await send(address, bytes, offset, most, () => void child.kill('SIGKILL'));
    if (all) break;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    server = await startServer();
  }
  expect(offsets).toHaveLength(KILLS + 1);
  expect(offsets, String(offsets)).toEqual([...offsets].sort((a, b) => a - b));
  expect(offsets.at(-1)).toBeGreaterThan(0);

  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/vnd.api+json' };
  const shown = await fetch(`${server.url}/dovetail/uploads/${id}`, { headers });
  const { data } = (await shown.json()) as { data: { attributes: object } };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(data.attributes).toMatchObject({ state: 'complete', received: bytes.length, sha256 });

  const relationships = { upload: { data: { type: 'dovetail-uploads', id } } };
  const made = await fetch(`${server.url}/dovetail/runs`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ data: { type: 'dovetail-runs', attributes: { entity: 'note' }, relationships } }),
  });
  expect(made.status).toBe(201);
  // The server with its worker dies once more, now with the run.
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  server = await startServer();
  await eventually(async () => {
    const { rows } = await at.database.query<{ state: string }>('select state from dovetail.runs');
    return rows[0]?.state === 'completed';
  });
  const { rows } = await at.database.query<{ count: number }>('select count(*)::int as count from note');
  expect(rows[0]!.count).toBe(ROWS);
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
});
