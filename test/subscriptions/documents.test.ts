// The document in a message is what the API answers for the record: every entity of the demo shop and of the sample databases, every type.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindViews } from '../../src/doors/subscriptions/view/bind-views.js';
import { findParts } from '../../src/doors/subscriptions/view/record-document.js';
import { toMessages } from '../../src/doors/subscriptions/view/to-messages.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { findKeyFields } from '../../src/engine/records/read/index.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';
import { openTestApi, type TestApi } from '../api/api-fixture.js';
import { loadSample } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';
import { createChangeMaker } from './change-maker.js';

const ROWS = 5;

const TYPES = `create type mood as enum ('sad', 'so-so'); create type pair as (a int, b text); create domain tag as text check (value <> 'x');
  create domain tags as text[];
  create table target (id bigint primary key, code text unique, other text);
  create table kind (id bigint primary key, b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(10,2), t text, c char(5), u uuid,
    d date, ts timestamp, tz timestamptz, ti time, tiz timetz, iv interval, j json, jb jsonb, by bytea, a int[], ta text[], m mood, ma mood[],
    p pair, dt tag, dts tags, ip inet, mac macaddr, r int4range, mr int4multirange, x xml, bt bit(3), mo money, pt point, tsv tsvector, o oid,
    target_id bigint references target, target_code text references target (code));
  insert into target values (1, 'one', 'x'), (2, 'two', null);
  insert into kind values (1, true, -3, 9007199254740993, 1.5, 1e300, 12.50, 3.10, E'a"\\\\\\n\\u0001é', 'ab', '6f1c0f1e-9d3c-4d0a-8c1b-0a1b2c3d4e5f',
    '2026-01-31', '2026-01-31 12:00:00.5', '2026-01-31 12:00:00.123456+02', '12:00', '12:00+02', '1 day 02:00', '{"a" : [1,2]}', '{"b":  null}', '\\x00ff',
    '{1,null,3}', '{a,"b c"}', 'so-so', '{sad}', '(1,"x,y")', 'tag', '{q}', '10.0.0.1/8', '08:00:2b:01:02:03', '[1,5)', '{[1,2),[5,7)}', '<a/>', '101',
    '12.3', '(1,2)', 'a b', 42, 1, 'two');
  insert into kind (id, n, f8, d, ts, tz, target_id) values (2, 'NaN', 'Infinity', '0044-03-15 BC', 'infinity', '0044-03-15 10:00:00+00 BC', 2),
    (3, '-0.00', '-0', '20000-01-01', '20000-01-01 00:00:00', '-infinity', null), (4, 1e20, 'NaN', 'infinity', '2026-01-31', '2026-01-31 23:59:59.9-11:30', null)`;

/** Entities that are the same, those where PostgreSQL had to be asked, and how many records there were. */
async function compare(api: TestApi) {
  const catalog = await createCatalog({ database: api.at.database }).read();
  const maker = createChangeMaker();
  const counts = { records: 0, quick: 0, asked: 0 };
  for (const entity of catalog.entities.values()) {
    const key = findKeyFields(entity);
    if (entity.kind !== 'table' || key === undefined) continue;
    const views = bindViews(catalog, [{ entity: entity.name }], 'document');
    const view = [...views.values()][0]!;
    // As the types' own output has it; a cast to text takes blanks off a char(n).
    const columns = entity.fields
      .map(
        ({ name }) =>
          `case when ${ident(name)} is not null then format('%s', ${ident(name)}) end as ${ident(name)}`,
      )
      .join(', ');
    const { rows } = await api.at.database.query<Record<string, string | null>>(
      `select ${columns} from ${ident(entity.schema, entity.table)} limit ${ROWS}`,
    );
    const changes = rows.map((after) =>
      maker.change('insert', {
        schema: entity.schema,
        table: entity.table,
        after,
        key: key.map(({ name }) => after[name] ?? ''),
      }),
    );
    const base = '/api';
    const messages = await toMessages({ database: api.at.database, subscription: '1', base }, views, changes);
    expect(messages.length, entity.name).toBe(rows.length);
    for (const [i, message] of messages.entries()) {
      const id = message.record.slice(view.shape.type.length + 1);
      const answer = await api.get(
        `/api/${encodeURIComponent(view.shape.address)}/${encodeURIComponent(id)}`,
      );
      const sent = message.body.slice(message.body.indexOf('"data":{"jsonapi"') + 7, -1);
      expect(answer.status, `${entity.name} ${id} ${api.errors}`).toBe(200);
      // Texts, so that no digit of a number is lost on the way.
      const { text } = answer;
      expect(sent.slice(sent.indexOf('"data":')), entity.name).toBe(text.slice(text.indexOf('"data":')));
      counts.records++;
      if (findParts(view, changes[i]!.after!) === undefined) counts.asked++;
      else counts.quick++;
    }
  }
  return counts;
}

describe('the document of a change', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ setUp: TYPES });
  });
  afterAll(() => api?.close());

  it('is that of the API for every type', async () => {
    expect(await compare(api)).toEqual({ records: 6, quick: 2, asked: 4 });
  });

  it('is whole where a value was not told, since it is stored apart and did not change', async () => {
    const catalog = await createCatalog({ database: api.at.database }).read();
    const views = bindViews(catalog, [{ entity: 'target' }], 'document');
    const change = createChangeMaker().change('update', {
      table: 'target',
      after: { id: '1', code: 'new' },
      changed: ['code'],
    });
    const [message] = await toMessages({ database: api.at.database, subscription: '1', base: '' }, views, [
      change,
    ]);
    expect(JSON.parse(message!.body).data.data.attributes).toEqual({ code: 'new', other: 'x' });
  });

  it('is thin where its values can be read no more', async () => {
    const catalog = await createCatalog({ database: api.at.database }).read();
    const views = bindViews(catalog, [{ entity: 'kind' }], 'document');
    const after = Object.fromEntries(catalog.entities.get('kind')!.fields.map(({ name }) => [name, null]));
    const good = createChangeMaker().change('insert', { table: 'kind', after: { ...after, id: '1' } });
    const change = createChangeMaker().change('insert', {
      table: 'kind',
      after: { ...after, id: '9', m: 'gone' },
    });
    const [first, second] = await toMessages(
      { database: api.at.database, subscription: '1', base: '' },
      views,
      [good, change],
    );
    expect(JSON.parse(first!.body).data.data.attributes).toBeDefined();
    expect(JSON.parse(second!.body).data.data).toEqual({
      type: 'kinds',
      id: '9',
      links: { self: '/kinds/9' },
    });
  });
});

describe.each(['shop', 'northwind', 'pagila', 'ledgersmb'] as const)('the documents of %s', (name) => {
  it.skipIf(name !== 'shop' && findSamples() === undefined)(
    'are those of the API',
    async () => {
      const api = await openTestApi(
        name === 'shop' ? { from: 'shop' } : { prepare: (at) => loadSample(at, name) },
      );
      try {
        const { records } = await compare(api);
        expect(records).toBeGreaterThan(10);
      } finally {
        await api.close();
      }
    },
    240_000,
  );
});
