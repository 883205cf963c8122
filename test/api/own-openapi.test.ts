// The description of the API tells of what is Dovetail's own: to each caller what they may do with it, and what answers look like.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_RESOURCES } from '../../src/doors/api/own/own-resources.js';
import { createAnswerCheck, type Description, findFaults } from './described-answers.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp();
  await own.addRole('clerk', ['item view all', 'item create all', 'item update all', 'item import all']);
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
  await own.import('sku,price\nA,1\nB,dear\n', clerk.caller);
});
afterAll(() => own.close());

const describe = async (who: OwnCaller): Promise<Description> => (await who.get('/openapi.json')).json;

it('is valid, and says of every address what it answers', async () => {
  const description = await describe(admin);
  expect(await findFaults(description)).toBeUndefined();
  const misfit = createAnswerCheck(description);
  for (const { name } of OWN_RESOURCES) {
    const at = `/dovetail/${name}`;
    const list = await admin.get(`${at}?page[total]=true`);
    expect([at, list.status, misfit(at, 'get', list)]).toEqual([at, 200, undefined]);
    const id = list.json.data[0]?.id;
    if (id === undefined) continue;
    const one = await admin.get(`${at}/${encodeURIComponent(id)}`);
    expect([at, misfit(`${at}/{id}`, 'get', one)]).toEqual([at, undefined]);
    for (const relation of Object.keys(one.json.data.relationships ?? {})) {
      const related = await admin.get(`${at}/${encodeURIComponent(id)}/${relation}`);
      const path = `${at}/{id}/${relation}`;
      expect([path, misfit(path, 'get', related)]).toEqual([path, undefined]);
    }
  }
});

it('tells each caller what they may do, and nothing of what they may not see', async () => {
  const { paths: all } = await describe(admin);
  const { paths: few } = await describe(clerk);
  const methods = (paths: Description, path: string) =>
    Object.keys(paths[path] ?? {})
      .filter((key) => key !== 'parameters')
      .sort();
  expect(methods(all, '/dovetail/users')).toEqual(['get', 'post']);
  expect(methods(all, '/dovetail/users/{id}')).toEqual(['delete', 'get', 'patch']);
  expect(methods(all, '/dovetail/runs/{id}')).toEqual(['get', 'patch']);
  expect(methods(all, '/dovetail/runs/{id}/failed-rows')).toEqual(['get']);
  expect(methods(all, '/dovetail/issues')).toEqual(['get']);
  expect(methods(few, '/dovetail/runs')).toEqual(['get', 'post']);
  const seen = Object.keys(few).filter((path) => /^\/dovetail\/[^/]+$/.test(path));
  expect(seen.sort()).toEqual(
    [
      'alerts',
      'differences',
      'entities',
      'external-ids',
      'fields',
      'inspections',
      'issues',
      'runs',
      'uploads',
    ].map((name) => `/dovetail/${name}`),
  );
});

it('tells what a document may say, and which of it comes once', async () => {
  const { components, paths } = await describe(admin);
  const body = (path: string, method: string) =>
    components.schemas[
      paths[path][method].requestBody.content['application/vnd.api+json'].schema.$ref.split('/').at(-1)
    ];
  const client = body('/dovetail/clients', 'post').properties.data;
  expect(client.properties.attributes).toMatchObject({ required: ['name'], additionalProperties: false });
  expect(
    Object.keys(body('/dovetail/runs/{id}', 'patch').properties.data.properties.attributes.properties),
  ).toEqual(['state']);
  expect(components.schemas['dovetail-users.attributes'].properties.password).toBeUndefined();
});
