// Large, slow and packed bodies of batches: memory stays flat, time is bounded, and what is refused leaves nothing behind.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH_DOCUMENT, type BatchApi, openBatchApi } from './batch-fixture.js';

const LIMIT = 160 << 20;
const LARGE = 128 << 20;
/** What a batch of any size may hold at once, in bytes, beside what the sender itself makes. */
const HELD = 64 << 20;
const NDJSON = 'application/x-ndjson';

let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: 'create table item (sku text primary key, name text)',
    settings: { batchBytes: LIMIT },
    workers: false,
    requestMs: 400,
  });
});
afterAll(() => api.close());

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** `piece` again and again, between `before` and `after`; tells how much memory was held at most. */
function repeat(before: string, piece: string, after: string, size: number) {
  const bytes = Buffer.from(piece);
  let sent = 0;
  let most = 0;
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      most = Math.max(most, held());
      if (!begun) {
        begun = true;
        controller.enqueue(Buffer.from(before));
        return;
      }
      if (sent >= size) {
        controller.enqueue(Buffer.from(after));
        controller.close();
        return;
      }
      sent += bytes.length;
      controller.enqueue(bytes);
    },
  });
  return { body, most: () => most };
}

const runs = async () => (await api.rows('select count(*) from dovetail.runs'))[0]![0];

describe('a body of 128 MB', () => {
  it('of lines is taken without being held', async () => {
    const before = held();
    const line = `{"sku":"A","name":"${'x'.repeat(100)}"}\n`;
    const { body, most } = repeat('', line.repeat(500), line, LARGE);
    const answer = await api.ask('PATCH', '/api/items', NDJSON, body, { prefer: 'respond-async' });
    expect(answer.status, answer.text).toBe(202);
    expect(most() - before).toBeLessThan(HELD);
  }, 120_000);

  it('as a document is taken without being held', async () => {
    const before = held();
    const record = JSON.stringify({ type: 'items', attributes: { sku: 'A', name: 'x'.repeat(100) } });
    const { body, most } = repeat('{"data":[', `${record},`.repeat(500), `${record}]}`, LARGE);
    const answer = await api.ask('PATCH', '/api/items', BATCH_DOCUMENT, body, { prefer: 'respond-async' });
    expect(answer.status, answer.text).toBe(202);
    expect(most() - before).toBeLessThan(HELD);
  }, 120_000);

  it('that is one record without end is refused before all of it is there', async () => {
    const [before, count, files] = [held(), await runs(), await api.spooled()];
    const { body, most } = repeat(
      '{"data":[{"type":"items","attributes":{"name":"',
      'x'.repeat(65_536),
      '"}}]}',
      LARGE,
    );
    const answer = await api.ask('PATCH', '/api/items', BATCH_DOCUMENT, body).catch(() => undefined);
    // The connection may be gone before the answer was read: what counts is that nothing was taken.
    if (answer !== undefined) expect(answer.status, answer.text).toBe(413);
    expect(most() - before).toBeLessThan(2 * HELD);
    expect([await runs(), await api.spooled()]).toEqual([count, files]);
  }, 120_000);
});

describe('a packed body', () => {
  it('is held to what it becomes, not to what it is', async () => {
    const packed = gzipSync(Buffer.alloc(LIMIT + (1 << 20), ' '));
    const [before, count, files] = [held(), await runs(), await api.spooled()];
    expect(packed.length).toBeLessThan(1 << 20);
    const answer = await api.ask('PATCH', '/api/items', NDJSON, packed, { 'content-encoding': 'gzip' });
    expect([answer.status, answer.json.errors[0].code]).toEqual([413, 'API-502']);
    expect(held() - before).toBeLessThan(HELD);
    expect([await runs(), await api.spooled()]).toEqual([count, files]);
  }, 60_000);
});

describe('a body that comes too slowly', () => {
  it('ends with 408, and nothing of it stays', async () => {
    const [count, files] = [await runs(), await api.spooled()];
    const { hostname, port } = new URL(api.url);
    const answer = await new Promise<string>((done, failed) => {
      const socket = connect(Number(port), hostname);
      let text = '';
      const drip = setInterval(() => socket.write('{"sku":"S"}\n'), 50);
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('error', failed);
      socket.on('close', () => {
        clearInterval(drip);
        done(text);
      });
      socket.write(
        `PATCH /api/items HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test\r\ncontent-type: ${NDJSON}\r\ncontent-length: 1000000\r\n\r\n`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(await runs()).toBe(count);
    await expect.poll(() => api.spooled()).toEqual(files);
  }, 30_000);
});
