// `GET /api/changes` as a document: pages, positions, what a caller sees, and what is refused.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatPosition, STREAM_START } from '../../src/engine/changes/position.js';
import { createChangeMaker } from './change-maker.js';
import { createFollowFixture, type FollowFixture } from './follow-fixture.js';

let at: FollowFixture;
let url: string;
let key: string;
const maker = createChangeMaker();
beforeAll(async () => {
  at = await createFollowFixture();
  url = (await at.serve()).url;
  key = (await at.makeKey()).key;
});
afterAll(async () => {
  expect(at.errors).toEqual([]);
  await at?.drop();
});

const item = (id: number, unit = 'north') => ({ id: String(id), name: `n${id}`, price: '1.50', unit });
const insert = (id: number, unit?: string) =>
  maker.change('insert', { table: 'item', after: item(id, unit) });
const note = () => maker.change('insert', { table: 'secret_note', after: { id: '1', words: 'hidden' } });

async function pull(query = '', options: { readonly key?: string; readonly method?: string } = {}) {
  const target = query.startsWith('http')
    ? query
    : `${url}${query.startsWith('/') ? '' : '/api/changes'}${query}`;
  const response = await fetch(target, {
    method: options.method ?? 'GET',
    headers: { authorization: `Bearer ${options.key ?? key}` },
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: documents are looked into member by member.
  const json: any = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}
const subjects = (json: { data: readonly { type: string; subject: string }[] }) =>
  json.data.map(({ type, subject }) => `${type.replace('dovetail.record.', '')} ${subject}`);

let start: string;
beforeEach(async () => {
  start = formatPosition(await at.log.readHead());
});

describe('changes as a document', () => {
  it('are told page by page, each once, in order', async () => {
    at.log.append(...[1, 2, 3, 4, 5].map((id) => insert(id)), note());
    const seen: string[] = [];
    let next = `/api/changes?after=${start}&limit=2`;
    for (let page = 0; page < 3; page++) {
      const { status, headers, json } = await pull(next);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
      seen.push(...subjects(json));
      next = json.links.next;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((id) => `created items/${id}`));
    const last = await pull(next);
    expect(last.json).toMatchObject({ data: [], meta: { isLast: true } });
    expect(last.json.meta.position).toBe(formatPosition(await at.log.readHead()));
  });

  it('are the envelopes that subscriptions deliver', async () => {
    at.log.append(insert(6));
    const { json } = await pull(`?after=${start}`);
    expect(json.data[0]).toMatchObject({
      specversion: '1.0',
      type: 'dovetail.record.created',
      subject: 'items/6',
      position: json.meta.position,
      data: { data: { type: 'items', id: '6', attributes: { name: 'n6', price: 1.5 } } },
    });
  });

  it('begin now where nothing is said, with what is kept, or at a moment', async () => {
    const now = await pull('');
    expect(now.json).toMatchObject({ data: [], meta: { position: start } });
    expect(now.json.links.next).toBe(`/api/changes?after=${start}`);
    expect(subjects((await pull('?since=start&limit=1000')).json).length).toBeGreaterThan(0);
    expect((await pull('?since=2020-01-01T00:00:00Z')).status).toBe(200);
  });

  it('are of the entities, operations and fields that were asked for', async () => {
    const made = insert(7);
    const renamed = maker.change('update', {
      table: 'item',
      before: item(7),
      after: { ...item(7), name: 'x' },
    });
    at.log.append(made, renamed);
    expect(subjects((await pull(`?after=${start}&operations=updated`)).json)).toEqual(['updated items/7']);
    const some = await pull(`?after=${start}&entities=items&fields[items]=price`);
    expect(some.json.data).toHaveLength(1);
    expect(some.json.data[0].data.data.attributes).toEqual({ price: 1.5 });
    const thin = await pull(`?after=${start}&form=thin`);
    expect(thin.json.data[0].data.data.attributes).toBeUndefined();
  });

  it('wait for the next one, no longer than asked', async () => {
    const waiting = pull(`?after=${start}&wait=20`);
    await new Promise((go) => setTimeout(go, 50));
    at.log.append(note(), insert(8));
    expect(subjects((await waiting).json)).toEqual(['created items/8']);
    const head = formatPosition(await at.log.readHead());
    expect((await pull(`?after=${head}&wait=1`)).json.data).toEqual([]);
  });

  it('have a head without a body', async () => {
    const { status, json } = await pull('', { method: 'HEAD' });
    expect([status, json]).toEqual([200, undefined]);
  });
});

describe('what a caller may not see', () => {
  it('is not told: neither tables nor records of others', async () => {
    const own = await at.makeKey('own', 'north');
    at.log.append(insert(10, 'north'), insert(11, 'south'), note());
    const { json } = await pull(`?after=${start}`, { key: own.key });
    expect(subjects(json)).toEqual(['created items/10']);
    expect(JSON.stringify(json)).not.toContain('hidden');
    const refused = await pull(`?after=${start}&entities=secret_notes`, { key: own.key });
    expect(refused.status).toBe(400);
    const nobody = await at.makeKey('none');
    expect((await pull(`?after=${start}`, { key: nobody.key })).json.data).toEqual([]);
  });

  it('is told as removed when a record leaves their sight, and as added when it comes', async () => {
    const own = await at.makeKey('own', 'north');
    const move = (from: string, to: string) =>
      maker.change('update', { table: 'item', before: item(12, from), after: item(12, to) });
    at.log.append(move('north', 'south'), move('south', 'north'));
    const { json } = await pull(`?after=${start}`, { key: own.key });
    expect(subjects(json)).toEqual(['removed items/12', 'added items/12']);
  });
});

describe('what is refused', () => {
  it.each([
    ['?after=nowhere', 'after'],
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?wait=31', 'wait'],
    ['?since=yesterday', 'since'],
    ['?operations=createt', 'operations'],
    ['?form=thick', 'form'],
    ['?entitys=items', 'entitys'],
    ['?limit=1&limit=2', 'limit'],
    ['?entities=items,,', 'entities'],
  ])('%s says why', async (query, parameter) => {
    const { status, headers, json } = await pull(query);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/vnd.api+json']);
    expect(json.errors[0]).toMatchObject({ code: 'SUBSCRIPTIONS-201', source: { parameter } });
  });

  it('hints at what was meant', async () => {
    expect((await pull('?entitys=items')).json.errors[0].meta.hint).toBe("Did you mean 'entities'?");
    expect((await pull('?entities=itemz')).json.errors[0].meta.hint).toMatch(/item/);
  });

  it('says 401 to whoever does not say who they are', async () => {
    const { status, json } = await pull('', { key: 'wrong' });
    expect([status, json.errors[0].code]).toEqual([401, 'API-103']);
  });

  it('answers 410 for a position that is no longer kept, with one that is', async () => {
    const tail = maker.change('insert', { table: 'item', after: item(20) });
    at.log.append(tail);
    at.log.forget(tail.position);
    const { status, json } = await pull(`?after=${formatPosition(STREAM_START)}`);
    expect(status).toBe(410);
    expect(json.errors[0]).toMatchObject({ code: 'SUBSCRIPTIONS-108', status: '410' });
    expect(json.errors[0].meta.hint).toContain('read the records anew');
    expect(json.meta.tail).toBe(formatPosition(tail.position));
    expect((await pull(`?after=${json.meta.tail}`)).status).toBe(200);
  });

  it('answers 410 for a position that this stream never had', async () => {
    const { status, json } = await pull('?after=7-0000000000000001-00000001');
    expect([status, json.meta.tail]).toEqual([410, formatPosition(await at.log.readTail())]);
  });
});
