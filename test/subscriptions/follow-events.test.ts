// `GET /api/changes` as server-sent events: nothing is missed over a reconnect, and nobody is told what they may no longer see.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatPosition, STREAM_START } from '../../src/engine/changes/position.js';
import type { HttpServer } from '../../src/foundation/http/server/http-server.js';
import { createChangeMaker } from './change-maker.js';
import { type EventReader, openEvents, type ReadEvent } from './event-reader.js';
import { createFollowFixture, type FollowFixture } from './follow-fixture.js';

let at: FollowFixture;
let server: HttpServer;
let key: string;
const maker = createChangeMaker();
beforeAll(async () => {
  at = await createFollowFixture();
  server = await at.serve();
  key = (await at.makeKey()).key;
});
afterAll(async () => {
  expect(at.errors).toEqual([]);
  await at?.drop();
});

const item = (id: number, unit = 'north', name = `n${id}`) => ({ id: String(id), name, price: '1.50', unit });
const insert = (id: number, unit?: string, name?: string) =>
  maker.change('insert', { table: 'item', after: item(id, unit, name) });
const toText = ({ data }: ReadEvent) => `${data.type.replace('dovetail.record.', '')} ${data.subject}`;
const open = (query = '', headers: Record<string, string> = {}, of = server) =>
  openEvents(`${of.url}/api/changes${query}`, key, headers);
async function take(reader: EventReader, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  while (texts.length < count) texts.push(toText((await reader.next())!));
  return texts;
}

let start: string;
beforeEach(async () => {
  start = formatPosition(await at.log.readHead());
});

describe('a stream of events', () => {
  it('begins now, and tells each change with its position as id', async () => {
    at.log.append(insert(1));
    const reader = await open();
    expect(reader.status).toBe(200);
    expect(reader.headers['content-type']).toBe('text/event-stream');
    expect(reader.headers['cache-control']).toContain('no-store');
    const changes = [insert(2), insert(3)];
    at.log.append(...changes);
    const first = (await reader.next())!;
    expect(first).toMatchObject({ event: 'message', data: { specversion: '1.0', subject: 'items/2' } });
    expect(first.id).toBe(formatPosition(changes[0]!.position));
    expect(toText((await reader.next())!)).toBe('created items/3');
    reader.close();
  });

  it('goes on after Last-Event-ID, in another process too, whatever its address says', async () => {
    const reader = await open();
    at.log.append(insert(4));
    await take(reader, 1);
    const { lastId } = reader;
    reader.close();
    at.log.append(insert(5), insert(6));
    const other = await at.serve();
    const again = await open('?since=start', { 'last-event-id': lastId }, other);
    expect(await take(again, 2)).toEqual(['created items/5', 'created items/6']);
    again.close();
  });

  it('resumes where it began if it was cut before the first change', async () => {
    const quick = await at.serve({ timing: { heartbeatMs: 10 } });
    const reader = await open('', {}, quick);
    const read = reader.next();
    await expect.poll(() => reader.comments).toBeGreaterThan(0);
    expect(reader.lastId).toBe(start);
    reader.close();
    await read.catch(() => {});
  });

  it('says that it lives while nothing happens, and moves on the position past what others see', async () => {
    const quick = await at.serve({ timing: { heartbeatMs: 10 } });
    const reader = await open('', {}, quick);
    const hidden = maker.change('insert', { table: 'unknown', after: { id: '1' } });
    at.log.append(hidden);
    const read = reader.next();
    await expect.poll(() => reader.lastId).toBe(formatPosition(hidden.position));
    reader.close();
    await read.catch(() => {});
  });

  it('gives both messages of a change of key again to whoever was cut off between them', async () => {
    const rekeyed = maker.change('update', {
      table: 'item',
      key: ['8'],
      keyBefore: ['7'],
      before: item(7),
      after: item(8),
    });
    const reader = await open(`?after=${start}`);
    at.log.append(rekeyed);
    const removed = (await reader.next())!;
    expect([toText(removed), removed.id]).toEqual(['removed items/7', start]);
    const added = (await reader.next())!;
    expect([toText(added), added.id]).toEqual(['added items/8', formatPosition(rekeyed.position)]);
    reader.close();
  });

  it('tells of a gap', async () => {
    const reader = await open(`?after=${start}`);
    at.log.append(maker.gap('the slot was lost'));
    expect((await reader.next())!.data).toMatchObject({
      type: 'dovetail.stream.gap',
      data: { reason: 'the slot was lost' },
    });
    reader.close();
  });
});

describe('rights', () => {
  it('that are gone end the stream within five seconds: a revoked key', async () => {
    const made = await at.makeKey();
    const reader = await openEvents(`${server.url}/api/changes`, made.key);
    const began = Date.now();
    await at.access.keys.revoke(made.id);
    const last = await reader.rest();
    expect(last.map(({ event }) => event)).toEqual(['refused']);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect((await openEvents(`${server.url}/api/changes`, made.key)).status).toBe(401);
  }, 10_000);

  it('that are gone end what is told of a table within five seconds: a role that was taken', async () => {
    const made = await at.makeKey();
    const reader = await openEvents(`${server.url}/api/changes?entities=items`, made.key);
    await at.access.clients.takeRole(made.name, made.role);
    expect((await reader.rest()).map(({ event }) => event)).toEqual(['refused']);
  }, 10_000);

  it('of a caller hold for each record, and what leaves their sight is removed', async () => {
    const own = await at.makeKey('own', 'north');
    const reader = await openEvents(`${server.url}/api/changes`, own.key);
    at.log.append(
      insert(21, 'south'),
      insert(22, 'north'),
      maker.change('update', { table: 'item', before: item(22), after: item(22, 'south') }),
    );
    expect(await take(reader, 2)).toEqual(['created items/22', 'removed items/22']);
    reader.close();
  });
});

describe('limits', () => {
  it('refuse one stream too many of a caller, and take the next when one ends', async () => {
    const few = await at.serve({ streams: { perCaller: 2, inAll: 10 } });
    const [one, two] = [await open('', {}, few), await open('', {}, few)];
    const third = await open('', {}, few);
    expect(third.status).toBe(429);
    expect(JSON.parse(await third.text()).errors[0].code).toBe('SUBSCRIPTIONS-202');
    one.close();
    await expect
      .poll(async () => {
        const next = await open('', {}, few);
        next.close();
        return next.status;
      })
      .toBe(200);
    two.close();
  });

  it('cut a reader that takes nothing, which then resumes and misses nothing', async () => {
    const strict = await at.serve({ timing: { stallMs: 50 }, streams: { perCaller: 1, inAll: 10 } });
    const slow = get(`${strict.url}/api/changes?after=${start}`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    });
    const [answer] = (await once(slow, 'response')) as [IncomingMessage];
    answer.pause();
    const changes = Array.from({ length: 400 }, (_, i) => insert(1_000 + i, 'north', 'x'.repeat(50_000)));
    at.log.append(...changes);
    // Its place is free again when it was cut.
    await expect
      .poll(async () => {
        const next = await open('', {}, strict);
        next.close();
        return next.status;
      })
      .toBe(200);
    answer.on('error', () => {}).destroy();
    const reader = await open('', { 'last-event-id': start });
    expect(await take(reader, 400)).toEqual(changes.map(({ key: [id] }) => `created items/${id}`));
    reader.close();
  }, 20_000);
});

describe('the end', () => {
  it('of a server ends its streams, and what comes goes on elsewhere', async () => {
    const ending = await at.serve();
    const reader = await open('', {}, ending);
    at.log.append(insert(31));
    await take(reader, 1);
    const began = Date.now();
    await ending.close();
    expect(await reader.rest()).toEqual([]);
    expect(Date.now() - began).toBeLessThan(5_000);
    at.log.append(insert(32));
    const again = await open('', { 'last-event-id': reader.lastId });
    expect(await take(again, 1)).toEqual(['created items/32']);
    again.close();
  });

  it('of what is kept is said before a stream begins', async () => {
    const tail = insert(41);
    at.log.append(tail);
    at.log.forget(tail.position);
    const reader = await open('', { 'last-event-id': formatPosition(STREAM_START) });
    expect(reader.status).toBe(410);
    expect(JSON.parse(await reader.text()).meta.tail).toBe(formatPosition(tail.position));
  });
});
