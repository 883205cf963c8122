import { EventEmitter } from 'node:events';
import type { Connection } from 'pg';
import { describe, expect, it } from 'vitest';
import { CopyOut } from './copy-out.js';

const message = (code: string, body: string | Buffer): Buffer => {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
};

class FakeSocket extends EventEmitter {
  paused = false;
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

/** Sends the bytes in chunks cut at the given places; returns what came out and what pg's own parser was given. */
async function receive(bytes: Buffer, cuts: readonly number[]) {
  const stream = new FakeSocket();
  const handed: Buffer[] = [];
  const copy = new CopyOut('copy t to stdout');
  stream.on('data', (data: Buffer) => {
    handed.push(data);
    if (Buffer.concat(handed).includes('Z')) copy.handleReadyForQuery();
    if (Buffer.concat(handed)[0] === 0x45) copy.handleError(new Error('refused'));
  });
  copy.submit({ stream, query: () => {} } as unknown as Connection);
  const places = [0, ...cuts, bytes.length];
  for (const [i, from] of places.slice(0, -1).entries())
    stream.emit('data', bytes.subarray(from, places[i + 1]));
  const out: Buffer[] = [];
  for await (const block of copy) out.push(block as Buffer);
  return { text: Buffer.concat(out).toString(), handed: Buffer.concat(handed), rows: copy.rows };
}

const END = Buffer.concat([message('C', 'COPY 3\0'), message('Z', 'I')]);
const SENT = Buffer.concat([
  message('H', '\0\0\0'),
  message('d', 'one,1\n'),
  message('N', 'notice'),
  message('d', ''),
  message('S', 'status'),
  message('d', 'three,3\n'),
  message('c', ''),
  END,
]);

describe('the receiver of a COPY', () => {
  it('gives the data and nothing else, wherever the packets are cut', async () => {
    for (let cut = 1; cut < SENT.length; cut++) {
      for (const cuts of [[cut], cut + 1 < SENT.length ? [cut, cut + 1] : [cut]]) {
        const { text, handed, rows } = await receive(SENT, cuts);
        expect([text, rows]).toEqual(['one,1\nthree,3\n', 3]);
        expect(handed).toEqual(END);
      }
    }
  });

  it('hands an error to the client, with all that follows, and fails with it', async () => {
    const error = message('E', 'SERROR\0');
    const sent = Buffer.concat([message('H', '\0\0\0'), message('d', 'x\n'), error]);
    for (let cut = 1; cut < sent.length; cut++) await expect(receive(sent, [cut])).rejects.toThrow('refused');
  });

  it('passes rows larger than its blocks', async () => {
    const large = 'ü'.repeat(700_000);
    const sent = Buffer.concat([message('d', large), message('c', ''), END]);
    expect((await receive(sent, [70_001, 300_000])).text).toBe(large);
  });

  it('asks the server to wait when nobody takes the data', () => {
    const stream = new FakeSocket();
    stream.on('data', () => {});
    const copy = new CopyOut('copy t to stdout');
    copy.submit({ stream, query: () => {} } as unknown as Connection);
    for (let i = 0; i < 6 && !stream.paused; i++) stream.emit('data', message('d', 'x'.repeat(200_000)));
    expect(stream.paused).toBe(true);
    copy.read();
    copy.read();
    expect(stream.paused).toBe(false);
  });
});
