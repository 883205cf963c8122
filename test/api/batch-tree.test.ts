// Batches of a caller whose reach follows a tree of the application: no record of a batch lands outside.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Access, createAccess } from '../../src/engine/access/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { TREE_ENTITIES, TREE_RECORDS, TREE_TABLES } from '../access/ruled-tree.js';
import { type BatchApi, openBatchApi } from './batch-fixture.js';

let api: BatchApi;
let access: Access;
let key: string;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: TREE_TABLES,
    overrides: TREE_ENTITIES,
    access: (at) => {
      access = createAccess({ database: at.database });
      return access;
    },
  });
  await api.at.database.query(TREE_RECORDS);
  const known = await createCatalog({ database: api.at.database, overrides: TREE_ENTITIES }).read();
  await access.roles.create({ name: 'buyer' });
  for (const entity of ['company', 'purchase', 'purchase_line'])
    await access.roles.grant(
      'buyer',
      { entity, actions: ['view', 'create', 'update', 'import'], level: 'own_and_below' },
      known,
    );
  await access.clients.create({ name: 'ann', subject: 'ann' });
  await access.clients.giveRole('ann', 'buyer');
  key = (await access.keys.create('ann')).key;
  await access.refresh();
});
afterAll(() => api?.close());

const to = (type: string, id: string) => ({ data: { type, id } });
const purchase = (number: string, company: string) => ({
  type: 'purchases',
  attributes: { number },
  relationships: { company: to('companies', company) },
});
const line = (purchase: object, item: string) => ({
  type: 'purchase_lines',
  attributes: { item },
  relationships: { purchase: { data: { type: 'purchases', ...purchase } } },
});

it('writes what lies below, with what refers to it in the same batch, and refuses the rest record by record', async () => {
  const answer = await api.send(
    'purchase_lines',
    {
      data: [
        line({ lid: 'new' }, 'saw'),
        line({ id: '3' }, 'saw'),
        line({ id: '6' }, 'saw'),
        line({ lid: 'far' }, 'saw'),
      ],
      included: [
        { ...purchase('N', '4'), lid: 'new' },
        { ...purchase('F', '6'), lid: 'far' },
      ],
    },
    { authorization: `Bearer ${key}`, prefer: 'wait=20' },
  );
  expect(answer.status, answer.text).toBeLessThan(300);
  expect(
    await api.rows(
      `select number, item from purchase_line l join purchase p on p.id = purchase_id where item = 'saw' order by 1`,
    ),
    answer.text,
  ).toEqual([
    ['N', 'saw'],
    ['P-A11', 'saw'],
  ]);
  expect(await api.rows(`select number from purchase where number in ('N', 'F')`)).toEqual([['N']]);
});

it('takes records that lie below others of the batch by their key', async () => {
  const company = (code: string, parent: object) => ({
    type: 'companies',
    attributes: { code, name: code },
    relationships: { parent: { data: { type: 'companies', ...parent } } },
  });
  const answer = await api.send(
    'companies',
    {
      data: [
        { ...company('L', { id: '3' }), lid: 'l' },
        company('L1', { lid: 'l' }),
        company('X', { id: '6' }),
      ],
    },
    { authorization: `Bearer ${key}`, prefer: 'wait=20' },
  );
  expect(answer.status, answer.text).toBeLessThan(300);
  expect(await api.rows(`select code from company where code in ('L', 'L1', 'X')`), answer.text).toEqual([
    ['L'],
  ]);
});
