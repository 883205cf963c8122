// Full-text search: where an index answers it, and nowhere else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { planTree } from '../../src/engine/records/read/index.js';
import { openTestApi, type TestApi } from './api-fixture.js';

let api: TestApi;
let now = 0;
beforeAll(async () => {
  api = await openTestApi({
    now: () => now,
    setUp: `
      create text search configuration public.plain (copy = simple);
      create table article (
        id int primary key, title text, body text, teaser varchar(200), "Größe" text, note text, kept text, amount int,
        words tsvector generated always as (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) stored,
        loose tsvector, other_id int references article);
      create index on article using gin (to_tsvector('english', body));
      create index on article using gist (to_tsvector('simple', coalesce(teaser, '')));
      create index on article using gin (to_tsvector('public.plain', "Größe"));
      create index on article using gin (words);
      create index on article using gin (loose);
      create index on article using gin (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(note, '')));
      create index on article using gin (to_tsvector('english', kept)) where amount > 0;
      insert into article (id, title, body, teaser, "Größe", note, kept, loose) values
        (1, 'Cordless drills', 'They drill without a cord.', 'Half inch', 'sehr groß', 'drill', 'drill', 'drill'),
        (2, 'Saws', 'A saw saws; it never drilled.', null, null, 'x', 'x', 'saw'),
        (3, 'Nothing', null, 'inch by inch', 'klein', null, null, null);
      update article set other_id = 1 where id = 2;
      create view titles as select id, title from article;`,
  });
});
afterAll(() => api.close());

const find = async (filter: string) => {
  const { status, text, json } = await api.get(`/api/articles?${filter}`);
  expect(status, text).toBe(200);
  return json.data.map((one: { id: string }) => one.id);
};

describe('a search', () => {
  it('finds words in an indexed field, as its configuration has them', async () => {
    expect(await find('filter[body][search]=drilling')).toEqual(['1', '2']);
    expect(await find('filter[body][search]=drill -saw')).toEqual(['1']);
    expect(await find('filter[body][search]=cord or saw')).toEqual(['1', '2']);
    expect(await find('filter[teaser][search]="half inch"')).toEqual(['1']);
    expect(await find('filter[teaser][search]=inch')).toEqual(['1', '3']);
    expect(await find('filter[Größe][search]=groß')).toEqual(['1']);
    expect(await find('filter[words][search]=cordless')).toEqual(['1']);
    expect(await find('filter[loose][search]=drill')).toEqual(['1']);
  });

  it('goes through relationships and groups, and is never unknown', async () => {
    expect(await find('filter[other.body][search]=cord')).toEqual(['2']);
    expect(await find('filter[not][body][search]=drill')).toEqual(['3']);
    expect(await find('filter[or][body][search]=cord&filter[or][title]=Nothing')).toEqual(['1', '3']);
  });

  it('takes whatever people write', async () => {
    for (const words of ['', '"', '&|!():*', "'; drop table article; --", '\\', '🙂', '- - -'])
      expect(Array.isArray(await find(`filter[body][search]=${encodeURIComponent(words)}`)), words).toBe(
        true,
      );
  });

  it('is answered by the index', async () => {
    const catalog = await createCatalog({ database: api.at.database }).read();
    const entity = catalog.entities.get('article')!;
    const root = { entity, members: [], linkage: [], include: [] };
    for (const field of ['body', 'teaser', 'Größe', 'words', 'loose']) {
      const filter = { path: [field], op: 'search', value: 'inch' } as const;
      const { sql, parameters } = planTree(catalog, { root, filter, limit: 5 });
      const plan = await api.at.database.transaction(async (client) => {
        await client.query('set local enable_seqscan = off; set local enable_indexscan = off');
        return (await client.query(`explain ${sql}`, [...parameters])).rows.map((row) => row['QUERY PLAN']);
      });
      expect(plan.join('\n'), field).toMatch(/Index Cond: .*@@/);
    }
  });

  it('is refused, with a hint, where there is no index for it', async () => {
    for (const [path, hint] of [
      ['articles?filter[title][search]=x', "create index on … using gin (to_tsvector('simple', title))"],
      ['articles?filter[note][search]=x', 'contains'],
      ['articles?filter[kept][search]=x', 'contains'],
      ['articles?filter[amount][search]=x', 'Only texts'],
      ['titles?filter[title][search]=x', 'contains'],
    ] as const) {
      const refused = await api.get(`/api/${path}`);
      expect(refused.status, path).toBe(400);
      const { source, meta } = refused.json.errors[0];
      expect(source).toEqual({ parameter: path.split(/[?=]/)[1] });
      expect(meta.hint).toContain(hint);
    }
  });

  it('is described where it can be asked, and found once an index is there', async () => {
    const searched = async () => {
      const { parameters } = (await api.get('/api/openapi.json')).json.components;
      return Object.values(parameters as Record<string, { name: string; schema: { $ref?: string } }>)
        .filter(({ schema }) => schema.$ref?.endsWith('.searched'))
        .map(({ name }) => name)
        .sort();
    };
    const before = ['Größe', 'body', 'loose', 'teaser', 'words'].map((name) => `filter[${name}]`).sort();
    expect(await searched()).toEqual(before);
    await api.at.database.query(`create index on article using gin (to_tsvector('english', title))`);
    now += 2_000;
    expect(await searched()).toEqual([...before, 'filter[title]'].sort());
    expect(await find('filter[title][search]=saw')).toEqual(['2']);
  });
});
