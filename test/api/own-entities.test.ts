// What there is, as the caller may see it: entities and fields as resources.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp();
  await own.at.database.query(`
    create table secret (id int primary key);
    create table note (id int primary key, item text references item, body text not null, cost numeric);
    comment on table note is 'What''s "said" of an item \\ anything';
    create view cheap as select * from item`);
  await own.addRole('clerk', ['note view all', 'note create all', 'item view all']);
  await own.at.database.query(
    `insert into dovetail.role_fields values ('clerk', 'note', 'cost', false, false)`,
  );
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
});
afterAll(() => own.close());

const idsOf = async (who: OwnCaller, path: string): Promise<readonly string[]> => {
  const answer = await who.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map((each: { id: string }) => each.id);
};

it('lists the entities that the caller may see, each with what they may do', async () => {
  expect(await idsOf(admin, '/dovetail/entities')).toEqual(['cheap', 'item', 'note', 'secret']);
  expect(await idsOf(clerk, '/dovetail/entities')).toEqual(['item', 'note']);
  const { json } = await clerk.get('/dovetail/entities/note');
  expect(json.data).toMatchObject({
    type: 'dovetail-entities',
    attributes: {
      resourceType: 'notes',
      kind: 'table',
      description: 'What\'s "said" of an item \\ anything',
      may: { view: 'all', create: 'all', update: 'none', delete: 'none' },
      identity: { fields: ['id'] },
    },
  });
  expect((await clerk.get('/dovetail/entities/secret')).status).toBe(404);
  expect((await admin.get('/dovetail/entities/cheap')).json.data.attributes.may).toMatchObject({
    view: 'all',
    update: 'none',
  });
});

it('filters, sorts and pages them', async () => {
  expect(await idsOf(admin, '/dovetail/entities?filter[kind]=table&sort=-name&page[size]=2')).toEqual([
    'secret',
    'note',
  ]);
  const first = await admin.get('/dovetail/entities?page[size]=3&page[total]=true');
  expect(first.json.meta.page.total).toBe(4);
  expect(await idsOf(admin, first.json.links.next.replace('/api', ''))).toEqual(['secret']);
  expect((await admin.ask('POST', '/dovetail/entities', { body: {} })).status).toBe(405);
});

it('lists the fields that the caller may see', async () => {
  expect(await idsOf(clerk, '/dovetail/entities/note/fields')).toEqual(['note.id', 'note.item', 'note.body']);
  expect(await idsOf(admin, '/dovetail/fields?filter[required]=true&filter[entity.name]=note')).toEqual([
    'note.id',
    'note.body',
  ]);
  const { json } = await clerk.get('/dovetail/entities/item?include=fields&fields[dovetail-fields]=sql');
  expect(json.included.map((one: { attributes: object }) => one.attributes)).toEqual([
    { sql: 'text' },
    { sql: 'numeric' },
  ]);
});

it('notices a changed schema', async () => {
  await own.at.database.query('create table later (id int primary key)');
  await expect.poll(() => idsOf(admin, '/dovetail/entities'), { timeout: 5_000 }).toContain('later');
});
