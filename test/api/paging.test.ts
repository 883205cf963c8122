// Pages: by place and by number, forth and back, in any order, with NULLs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    setUp: `
      create table brand (id int primary key, name text);
      create table item (id int primary key, a int, b text, brand_id int references brand);
      insert into brand select i, 'brand ' || i from generate_series(1, 50) i;
      insert into item select i, nullif(i % 4, 0), nullif('t' || i % 3, 't0'), i from generate_series(1, 50) i;
      create table seen_at (at timestamptz, part text, primary key (at, part));
      insert into seen_at select timestamptz '2026-01-01 00:00:00.123456+00' + i * interval '1 microsecond', 'x,' || i from generate_series(1, 9) i;`,
  });
});
afterAll(() => api.close());

const idsOf = (answer: { json: { data: { id: string }[] } }) => answer.json.data.map((one) => one.id);

/** All pages from `path` on, along a link. */
async function follow(path: string, link: 'next' | 'prev'): Promise<string[][]> {
  const pages: string[][] = [];
  for (let at: string | null = path; at !== null; ) {
    const page = await api.get(at);
    expect(page.status, page.text).toBe(200);
    pages.push(idsOf(page));
    at = page.json.links[link];
  }
  return pages;
}

describe('pages by place', () => {
  for (const sort of ['', 'a', '-a', 'b,-a', '-b,a', 'brand.name', '-brand.name,id', '-id']) {
    it(`meet every record once, forth and back, sorted by '${sort}'`, async () => {
      const path = `/api/items?page[size]=7${sort === '' ? '' : `&sort=${sort}`}`;
      const whole = idsOf(await api.get(path.replace('=7', '=100')));
      expect(new Set(whole).size).toBe(50);
      const forth = await follow(path, 'next');
      expect(forth.flat()).toEqual(whole);
      const last = forth.at(-2)!;
      const beforeLast = await api.get(path);
      let at = beforeLast;
      while (at.json.links.next !== null) at = await api.get(at.json.links.next);
      const back = await follow(at.json.links.self, 'prev');
      expect(back.reverse().flat()).toEqual(whole);
      expect(last.length).toBe(7);
    });
  }

  it('go on where a record was removed or came in between', async () => {
    const first = await api.get('/api/items?page[size]=3');
    await api.at.database.query('delete from item where id in (3, 4)');
    expect(idsOf(await api.get(first.json.links.next))).toEqual(['5', '6', '7']);
    await api.at.database.query("insert into item values (3, 3, null, 3), (4, null, 't1', 4)");
  });

  it('tell moments apart to the microsecond', async () => {
    expect((await follow('/api/seen_ats?page[size]=2', 'next')).flat().length).toBe(9);
  });

  it('include what belongs to the page, and nothing of the next one', async () => {
    const page = await api.get('/api/items?page[size]=2&include=brand');
    expect(idsOf({ json: { data: page.json.included } })).toEqual(['1', '2']);
  });

  it('refuse a cursor of another order, and what is none', async () => {
    const { json } = await api.get('/api/items?page[size]=2&sort=a');
    const cursor = new URL(json.links.next, 'http://x').searchParams.get('page[after]')!;
    for (const query of [
      `sort=b&page[after]=${cursor}`,
      'page[after]=nonsense',
      `page[before]=${Buffer.from('["x","1"]').toString('base64url')}`,
    ]) {
      const refused = await api.get(`/api/items?${query}`);
      expect(refused.status).toBe(400);
      expect(refused.json.errors[0].source.parameter).toMatch(/^page\[(after|before)\]$/);
    }
  });
});

describe('pages by number', () => {
  it('have first, last, next and prev, and the total where it is asked for', async () => {
    const page = await api.get('/api/items?page[size]=20&page[number]=2&page[total]=true');
    expect(idsOf(page)[0]).toBe('21');
    expect(page.json.meta.page.total).toBe(50);
    const { first, last, next, prev } = page.json.links;
    expect(idsOf(await api.get(first))[0]).toBe('1');
    expect(idsOf(await api.get(last))).toEqual(['41', '42', '43', '44', '45', '46', '47', '48', '49', '50']);
    expect(idsOf(await api.get(next))[0]).toBe('41');
    expect(idsOf(await api.get(prev))[0]).toBe('1');
    expect((await api.get(last)).json.links.next).toBeNull();
    expect((await api.get(first)).json.links.prev).toBeNull();
  });
});
