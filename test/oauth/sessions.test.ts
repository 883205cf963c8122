// The sessions of somebody's browsers: seen by them, ended one by one or all together, by them or by whoever runs the server.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';
import type { Visitor } from './visitor.js';

const PASSWORD = 'correct horse battery';
let at: OAuthFixture;
beforeAll(async () => {
  at = await openOAuth();
});
beforeEach(async () => {
  await at.database.query('delete from dovetail.users');
  for (const email of ['ann@example.com', 'ben@example.com']) {
    await at.access.users.create({ email });
    await at.access.users.setPassword(email, PASSWORD);
  }
  await at.access.refresh();
});
afterAll(() => at?.close());

async function enter(email = 'ann@example.com'): Promise<Visitor> {
  const visitor = at.visitor();
  expect((await visitor.signIn(email, PASSWORD)).status).toBe(303);
  return visitor;
}

const isIn = async (visitor: Visitor): Promise<boolean> => (await visitor.get('/session')).status === 200;
const namesIn = (text: string) =>
  [...text.matchAll(/name="session" value="([^"]+)"/g)].map((found) => found[1]!);
const csrfIn = (text: string): string => /name="_csrf" value="([^"]+)"/.exec(text)![1]!;

describe('the page of sessions', () => {
  it('shows the own ones, and nothing by which somebody could come in', async () => {
    const [one, other] = [await enter(), await enter()];
    await enter('ben@example.com');
    const page = await one.get('/sessions');
    expect(page.status).toBe(200);
    expect(namesIn(page.text)).toHaveLength(2);
    expect(page.text.match(/<strong>This browser/g)).toHaveLength(1);
    expect(page.text).toContain('Since ');
    for (const visitor of [one, other]) {
      const cookie = decodeURIComponent(visitor.cookies.get('dovetail_session')!);
      expect(page.text).not.toContain(cookie.split('.')[0]);
    }
    expect((await one.get('/login')).text).toContain('href="/sessions"');
  });

  it('is for who is signed in', async () => {
    const page = await at.visitor().get('/sessions');
    expect([page.status, page.location]).toEqual([303, '/login?next=%2Fsessions']);
  });

  it('ends another session at once, and keeps the own one', async () => {
    const [lost, mine] = [await enter(), await enter()];
    const { text } = await mine.get('/sessions');
    const [own] = text
      .split('<li>')
      .filter((item) => item.includes('This browser'))
      .flatMap(namesIn);
    const name = namesIn(text).find((one) => one !== own)!;
    const ended = await mine.post('/sessions/end', { _csrf: csrfIn(text), session: name });
    expect([ended.status, ended.location]).toEqual([303, '/sessions']);
    expect([await isIn(lost), await isIn(mine)]).toEqual([false, true]);
    const signedOut = await mine.post('/sessions/end', { _csrf: csrfIn(text), session: own! });
    expect([signedOut.status, await isIn(mine)]).toEqual([200, false]);
  });

  it('ends all of them, and no one else’s', async () => {
    const [one, other, ben] = [await enter(), await enter(), await enter('ben@example.com')];
    const { text } = await one.get('/sessions');
    expect((await one.post('/sessions/end', { _csrf: csrfIn(text) })).text).toContain('Signed out');
    expect([await isIn(one), await isIn(other), await isIn(ben)]).toEqual([false, false, true]);
  });

  it('ends nothing of another user, nor by a form from elsewhere', async () => {
    const [ann, ben] = [await enter(), await enter('ben@example.com')];
    const name = namesIn((await ben.get('/sessions')).text)[0]!;
    const { text } = await ann.get('/sessions');
    await ann.post('/sessions/end', { _csrf: csrfIn(text), session: name });
    await ann.post('/sessions/end', { _csrf: csrfIn(text), session: '%%%' });
    expect((await ann.post('/sessions/end', {})).status).toBe(403);
    expect(
      (await ann.post('/sessions/end', { _csrf: csrfIn((await ben.get('/sessions')).text) })).status,
    ).toBe(403);
    expect([await isIn(ann), await isIn(ben)]).toEqual([true, true]);
  });
});

describe('whoever runs the server', () => {
  it('ends all sessions of somebody, who may sign in again', async () => {
    const [one, ben] = [await enter(), await enter('ben@example.com')];
    const { id } = await at.access.users.read('ann@example.com');
    expect(await at.access.sessions.list(id)).toHaveLength(1);
    expect(await at.access.sessions.end(id)).toBe(1);
    expect(await at.access.sessions.list(id)).toEqual([]);
    // The server is another process, as it were: it notices within seconds.
    at.clock.pass(2_000);
    expect([await isIn(one), await isIn(ben)]).toEqual([false, true]);
    expect(await isIn(await enter())).toBe(true);
  });
});
