// From an uploaded file to its records, and back to a file, by requests only: inspected, tried, imported, its failed rows fetched.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer } from './api-fixture.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';
import { beginUpload, idOf, upload } from './upload-client.js';

let own: OwnApp;
let clerk: OwnCaller;
let other: OwnCaller;
let reader: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({ differences: 3 });
  const rights = ['view', 'create', 'update', 'delete', 'import', 'export'].map((one) => `item ${one} all`);
  await own.addRole('clerk', rights);
  await own.addRole('looker', ['item view all', 'item import none', 'other import all']);
  clerk = await own.addClient('clerk', ['clerk']);
  other = await own.addClient('other', ['clerk']);
  reader = await own.addClient('looker', ['looker']);
});
afterAll(() => own?.close());

const data = (type: string, attributes: object, id?: string) => ({
  type: `dovetail-${type}`,
  attributes,
  ...(id === undefined ? {} : { relationships: { upload: { data: { type: 'dovetail-uploads', id } } } }),
});
const askRun = (who: OwnCaller, attributes: object, id?: string): Promise<ApiAnswer> =>
  who.post('/dovetail/runs', data('runs', attributes, id));
const inspect = (who: OwnCaller, attributes: object, id?: string): Promise<ApiAnswer> =>
  who.post('/dovetail/inspections', data('inspections', attributes, id));

/** The run, once a worker is done with it. */
async function done(answer: ApiAnswer, who = clerk) {
  expect(answer.status, answer.text).toBe(201);
  await own.work();
  const { json } = await who.get(`/dovetail/runs/${answer.json.data.id}`);
  return { id: json.data.id as string, ...json.data.attributes };
}
const stored = async () =>
  (
    await own.at.database.query<{ sku: string; price: string }>('select sku, price from item order by sku')
  ).rows.map(({ sku, price }) => `${sku} ${price}`);
const empty = () => own.at.database.query('delete from item');

describe('an import by the API', () => {
  it('takes an upload, by a worker, and says by run and issues what became of it', async () => {
    await empty();
    const id = await upload(clerk, 'sku;price\nA;1,5\nB;dear\nC;3\n', 'prices.csv');
    const made = await askRun(clerk, { entity: 'item', spelling: { decimal: ',' } }, id);
    expect(made.json.data.attributes).toMatchObject({ kind: 'import', state: 'queued', title: 'prices.csv' });
    expect(await stored()).toEqual([]);
    const run = await done(made);
    expect(run).toMatchObject({ state: 'completed_with_errors', read: 3, added: 2, failed: 1 });
    expect(await stored()).toEqual(['A 1.5', 'C 3']);
    const failed = await clerk.get(`/dovetail/runs/${run.id}/failed-rows`);
    expect(failed.text).toMatch(/^sku;price;.*\nB;dear;/);
    const { json } = await clerk.get(`/dovetail/runs/${run.id}?include=upload,issues`);
    expect(json.included.map((one: { type: string }) => one.type).sort()).toEqual([
      'dovetail-issues',
      'dovetail-uploads',
    ]);
    const source = await clerk.get(`/dovetail/uploads/${id}/content`);
    expect(source.text).toBe('sku;price\nA;1,5\nB;dear\nC;3\n');
  });

  it('reads a workbook, with a strategy, an identity and a mapping that the request brings', async () => {
    await empty();
    await own.import('sku,price\nX-1,1\nX-2,2\n');
    const exported = await done(
      await askRun(clerk, { kind: 'export', entity: 'item', format: 'xlsx', order: ['-sku'] }),
    );
    const book = await fetchBytes(clerk, `/dovetail/runs/${exported.id}/file`);
    expect(book.subarray(0, 2).toString()).toBe('PK');
    await own.at.database.query('update item set price = 9');
    const id = await upload(clerk, book, 'items.xlsx');
    const mappingDocument = {
      entity: 'item',
      identity: ['sku'],
      fields: [
        { column: 'sku', field: 'sku' },
        { column: 'price', field: 'price' },
      ],
    };
    const run = await done(await askRun(clerk, { strategy: 'update', mappingDocument }, id));
    expect(run).toMatchObject({ state: 'completed', updated: 2, strategy: 'update' });
    expect(await stored()).toEqual(['X-1 1', 'X-2 2']);
  });

  it('is made once for an Idempotency-Key', async () => {
    const id = await upload(clerk, 'sku,price\nI,1\n');
    const ask = () =>
      clerk.ask('POST', '/dovetail/runs', {
        headers: { 'idempotency-key': 'once' },
        body: { data: data('runs', { entity: 'item' }, id) },
      });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.json.data.id]).toEqual([201, first.json.data.id]);
    await own.work();
  });
});

describe('an inspection', () => {
  it('says at once what the file holds and how its columns would be matched', async () => {
    const id = await upload(
      clerk,
      Buffer.from(
        'SKU;Preis\nÄ1;1,50\nGrößen für Müller;2,50\nÜbergrößen;3,70\nStühle, weiß;4,20\n',
        'latin1',
      ),
      'preise.csv',
    );
    const { status, json, text } = await inspect(clerk, { entity: 'item' }, id);
    expect(status, text).toBe(200);
    expect(json.meta.report).toMatchObject({
      source: 'preise.csv',
      format: 'csv',
      options: { delimiter: ';' },
      rowsRead: 4,
      match: { entity: 'item', identity: ['sku'] },
    });
    expect(json.meta.report.rows[0]).toEqual({ line: 2, cells: ['Ä1', '1,50'] });
    expect(json.meta.report.encoding.encoding).toMatch(/1252|8859/);
    const own = await inspect(clerk, { formatOptions: { delimiter: ',' }, rows: 1 }, id);
    expect(own.json.meta.report.columns).toHaveLength(1);
    const guessed = await inspect(clerk, {}, id);
    expect(guessed.json.meta.report.entities[0].entity).toBe('item');
    expect(JSON.stringify([json, own.json])).not.toContain('/data/');
  });
});

describe('a dry run', () => {
  it('writes nothing; its differences are pages of cells, and it says when there are more', async () => {
    await empty();
    await own.import('sku,price\nA,1\nB,2\nC,3\n');
    const id = await upload(clerk, 'sku,price\nA,1\nB,20\nC,dear\nD,4\nE,5\nF,6\nG,7\n');
    const run = await done(await askRun(clerk, { entity: 'item', dryRun: true }, id));
    expect(run).toMatchObject({
      kind: 'dry_run',
      state: 'completed_with_errors',
      added: 4,
      updated: 1,
      failed: 1,
    });
    expect(run).toMatchObject({
      unchanged: 1,
      report: { differences: { added: 3, most: 3, complete: false } },
    });
    expect(await stored()).toEqual(['A 1', 'B 2', 'C 3']);
    const of = (query: string) => clerk.get(`/dovetail/runs/${run.id}/differences?${query}`);
    const updated = await of('filter[action]=updated');
    expect(updated.json.data.map((one: { attributes: object }) => one.attributes)).toMatchObject([
      { record: 1, line: 3, action: 'updated', field: 'price', before: '2', after: '20' },
    ]);
    const page = await of('filter[field]=sku&page[size]=2&page[total]=true');
    expect(page.json.data.map((one: { attributes: { after: string } }) => one.attributes.after)).toEqual([
      'D',
      'E',
    ]);
    expect(page.json.meta.page.total).toBe(3);
    expect((await of('filter[line]=5')).json.data).toHaveLength(2);
    const issues = await clerk.get(`/dovetail/runs/${run.id}/issues?filter[severity]=error`);
    expect(issues.json.data[0].attributes).toMatchObject({ line: 4, value: 'dear' });
    expect((await clerk.get(`/dovetail/runs/${run.id}/failed-rows`)).text).toContain('C,dear');
    expect((await other.get(`/dovetail/runs/${run.id}/differences`)).status).toBe(404);
    expect((await other.get('/dovetail/differences')).json.data).toEqual([]);
    const real = await done(await askRun(clerk, { entity: 'item' }, id));
    expect(real).toMatchObject({ added: 4, updated: 1, failed: 1, unchanged: 1 });
  });
});

describe('an export by the API', () => {
  it('is a run with a file, for whoever asked for it', async () => {
    await empty();
    await own.import('sku,price\nA,1\nB,2\nC,3\n');
    const wish = {
      kind: 'export',
      entity: 'item',
      format: 'csv',
      where: 'price >= 2',
      fields: ['price', 'sku'],
    };
    const made = await askRun(clerk, { ...wish, formatOptions: { delimiter: ';' }, order: ['-price'] });
    expect((await clerk.get(`/dovetail/runs/${made.json.data.id}/file`)).status).toBe(404);
    const run = await done(made);
    expect(run).toMatchObject({
      kind: 'export',
      state: 'completed',
      read: 2,
      report: { columns: ['price', 'sku'] },
    });
    const file = await clerk.get(`/dovetail/runs/${run.id}/file`);
    expect(file.headers.get('content-disposition')).toContain(`${run.id}-item.csv`);
    expect(file.text).toBe('price;sku\n3;C\n2;B\n');
    expect((await other.get(`/dovetail/runs/${run.id}/file`)).status).toBe(404);
    // Who sees all runs does not see the records in their files.
    await own.addRole('watcher', ['dovetail.runs view all']);
    const watcher = await own.addClient('watcher', ['watcher']);
    expect((await watcher.get(`/dovetail/runs/${run.id}`)).status).toBe(200);
    expect((await watcher.get(`/dovetail/runs/${run.id}/file`)).status).toBe(404);
    expect((await clerk.get(`/dovetail/runs/${run.id}/failed-rows`)).status).toBe(409);
  });
});

describe('what is refused', () => {
  const refusal = ({ status, json }: ApiAnswer) => {
    const { code, source } = json.errors?.[0] ?? {};
    return [status, code, source?.pointer];
  };

  it('says where, makes no run, and leaves no copy', async () => {
    const id = await upload(clerk, 'sku,price\nA,1\n');
    const bad = idOf(await beginUpload(clerk, 100));
    const runs = async () => (await own.at.database.query('select from dovetail.runs')).rowCount;
    const before = await runs();
    const at = (member: string) => `/data/attributes/${member}`;
    const cases: readonly (readonly [() => Promise<ApiAnswer>, number, string, string?])[] = [
      [() => askRun(clerk, { entity: 'item', strategy: 'ad' }, id), 422, 'API-302', at('strategy')],
      [() => askRun(clerk, { entity: 'item', maxErrors: -1 }, id), 422, 'API-543', at('maxErrors')],
      [
        () => askRun(clerk, { entity: 'item', maxErrors: Number.MAX_VALUE }, id),
        422,
        'API-543',
        at('maxErrors'),
      ],
      [() => askRun(clerk, { entity: 'item', where: 'a = 1' }, id), 422, 'API-543', at('where')],
      [
        () => askRun(clerk, { entity: 'item', formatOptions: { delimiter: {} } }, id),
        422,
        'API-543',
        at('formatOptions/delimiter'),
      ],
      [
        () => askRun(clerk, { entity: 'item', spelling: { decimals: ',' } }, id),
        422,
        'API-543',
        at('spelling/decimals'),
      ],
      [
        () => askRun(clerk, { entity: 'item', mapping: '../../etc/passwd' }, id),
        404,
        'FILES-109',
        at('mapping'),
      ],
      [() => askRun(clerk, { entity: 'item', mapping: 'none' }, id), 404, 'FILES-109'],
      [() => askRun(clerk, { mappingDocument: { fields: 7 } }, id), 400, 'MAPPING-103'],
      [
        () => askRun(clerk, { entity: 'item', mapping: 'a', mappingDocument: {} }, id),
        422,
        'API-543',
        at('mappingDocument'),
      ],
      [() => askRun(clerk, { entity: 'nothing' }, id), 400, 'CATALOG-101'],
      [() => askRun(clerk, {}, id), 400, 'FILES-103'],
      [() => askRun(clerk, { entity: 'item', notify: ['ftp://x'] }, id), 400, 'NOTIFY-101'],
      [() => askRun(clerk, { entity: 'item' }, bad), 409, 'STORAGE-126'],
      [() => askRun(clerk, { entity: 'item' }, 'none'), 404, 'API-401'],
      [() => askRun(other, { entity: 'item' }, id), 404, 'API-401'],
      [() => askRun(clerk, { kind: 'import', entity: 'item' }), 422, 'API-544', '/data'],
      [() => askRun(clerk, { kind: 'export', entity: 'item' }), 422, 'API-543', at('format')],
      [
        () => askRun(clerk, { kind: 'export', entity: 'item', format: 'csv', where: 'nothing = 1' }),
        400,
        'CATALOG-103',
      ],
      [() => askRun(clerk, { kind: 'export', entity: 'item', format: 'doc' }), 400, 'FORMATS-111'],
      [() => askRun(reader, { kind: 'export', entity: 'item', format: 'csv' }), 400, 'EXPORT-110'],
      [() => inspect(clerk, { rows: 101 }, id), 422, 'API-543', at('rows')],
      [() => inspect(other, {}, id), 404, 'API-401'],
    ];
    const said = [];
    for (const [ask, ...expected] of cases) {
      const answer = await ask();
      said.push([refusal(answer).filter((one) => one !== undefined), expected]);
    }
    expect(said.map(([is]) => is)).toEqual(said.map(([, expected]) => expected));
    expect(await runs()).toBe(before);
  });

  it('leaves nothing in the folder of copies', () => {
    expect(readdirSync(join(own.folder, 'data', 'spool'))).toEqual([]);
  });

  it.each([
    ['nothing but zeros', Buffer.alloc(5_000)],
    ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251))],
    ['a zip that ends in its middle', Buffer.from('PK\x03\x04\x14\x00\x00\x00\x08\x00broken', 'latin1')],
    ['a workbook that is none', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('below 500: a file of %s', async (_name, bytes) => {
    const id = await upload(clerk, bytes, 'items.xlsx');
    const answers = [
      await inspect(clerk, { entity: 'item' }, id),
      await askRun(clerk, { entity: 'item' }, id),
    ];
    for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
    await own.work();
  });
});

async function fetchBytes(who: OwnCaller, path: string): Promise<Buffer> {
  const answer = await fetch(`${own.url}/api${path}`, { headers: { authorization: `Bearer ${who.key}` } });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
