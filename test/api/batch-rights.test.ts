// Who may send which batch: as much as they may do record by record, and what they did is told to nobody else.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Access, createAccess } from '../../src/engine/access/index.js';
import { type AccessAction, createCatalog } from '../../src/engine/catalog/index.js';
import { BATCH_DOCUMENT, type BatchApi, openBatchApi } from './batch-fixture.js';

const NDJSON = 'application/x-ndjson';
let api: BatchApi;
let access: Access;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `create table item (id int generated always as identity primary key, sku text not null unique, price numeric, cost numeric)`,
    access: (at) => {
      access = createAccess({ database: at.database });
      return access;
    },
  });
});
beforeEach(() =>
  api.at.database.query(
    `truncate item restart identity; insert into item (sku, price, cost) values ('A', 1, 1)`,
  ),
);
afterAll(() => api.close());

let made = 0;
async function addClient(
  actions: readonly string[],
  hidden: readonly string[] = [],
): Promise<(type: string, body: string, path?: string) => ReturnType<BatchApi['ask']>> {
  const name = `client-${++made}`;
  await access.roles.create({ name });
  const known = await createCatalog({ database: api.at.database }).read();
  await access.roles.grant(
    name,
    { entity: 'item', actions: actions as readonly AccessAction[], level: 'all' },
    known,
  );
  for (const field of hidden)
    await access.roles.setField(name, { entity: 'item', field, view: true, edit: false }, known);
  await access.clients.create({ name });
  await access.clients.giveRole(name, name);
  const { key } = await access.keys.create(name);
  await access.refresh();
  return (type, body, path = '/api/items') =>
    api.ask(
      path.startsWith('/api/dovetail') ? 'GET' : 'PATCH',
      path,
      path.startsWith('/api/dovetail') ? undefined : type,
      path.startsWith('/api/dovetail') ? undefined : body,
      { authorization: `Bearer ${key}` },
    );
}

describe('a client', () => {
  it('who may only look is refused before the body is read', async () => {
    const send = await addClient(['view']);
    const answer = await send(NDJSON, 'no JSON at all');
    expect([answer.status, answer.json.errors[0].code]).toEqual([403, 'API-104']);
  });

  it('who may only create adds, and changes nothing', async () => {
    const send = await addClient(['view', 'create']);
    const answer = await send(NDJSON, '{"sku":"A","price":9}\n{"sku":"B","price":2}\n');
    expect(answer.json.data.attributes, answer.text).toMatchObject({ added: 1, updated: 0, failed: 1 });
    expect(await api.rows('select sku, price from item order by 1')).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
  });

  it('who may only change adds nothing', async () => {
    const send = await addClient(['view', 'update']);
    const document = {
      data: [
        { type: 'items', id: '1', attributes: { price: 7 } },
        { type: 'items', attributes: { sku: 'B' } },
      ],
    };
    const answer = await send(BATCH_DOCUMENT, JSON.stringify(document));
    expect(answer.json.data.attributes, answer.text).toMatchObject({ added: 0, updated: 1, failed: 1 });
    expect(await api.rows('select sku, price from item')).toEqual([['A', '7']]);
  });

  it('sets no field that they may not, in any record', async () => {
    const send = await addClient(['view', 'create', 'update'], ['cost']);
    for (const [type, body] of [
      [NDJSON, '{"sku":"A","cost":9}\n'],
      [BATCH_DOCUMENT, JSON.stringify({ data: [{ type: 'items', attributes: { sku: 'A', cost: 9 } }] })],
    ] as const) {
      const answer = await send(type, body);
      expect(answer.status, answer.text).toBe(403);
      expect(answer.json.errors[0].code, type).toMatch(/-104$/);
    }
    expect(await api.rows('select cost from item')).toEqual([['1']]);
    expect(await api.spooled()).toEqual([]);
  });

  it('sees what became of their own batches, and of no other', async () => {
    const [send, other] = [
      await addClient(['view', 'create', 'update']),
      await addClient(['view', 'create', 'update']),
    ];
    const run = (await send(NDJSON, '{"sku":"B"}\n')).json.data.id;
    for (const kind of ['results', 'errors', '']) {
      const path = `/api/dovetail/runs/${run}${kind === '' ? '' : `/${kind}`}`;
      expect((await send('', '', path)).status, kind).toBe(200);
      expect((await other('', '', path)).status, kind).toBe(404);
    }
  });
});
