// One-time links: the first administrator, people who are invited, and links that are used, over, or guessed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';

const PASSWORD = 'correct horse battery';
const CHOSEN = { password: PASSWORD, again: PASSWORD };
const DAY_MS = 24 * 3_600_000;

let at: OAuthFixture;
beforeAll(async () => {
  at = await openOAuth();
});
beforeEach(async () => {
  await at.database.query('delete from dovetail.users');
  await at.database.query('delete from dovetail.invitations');
});
afterAll(() => at?.close());

describe('the link of the first start', () => {
  it('makes an administrator who chooses the password, signs them in, and works once', async () => {
    const link = (await at.inviteFirst())!;
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation\/[\w-]{43}$/);
    const visitor = at.visitor();
    const page = await visitor.get(link);
    expect(page.text).toContain('you may do everything');
    const done = await visitor.submit(page, { email: 'ann@example.com', name: 'Ann', ...CHOSEN });
    expect([done.status, done.location]).toEqual([303, '/login']);
    expect((await visitor.get('/login')).text).toContain('Signed in as Ann');
    expect(await at.access.users.read('ann@example.com')).toMatchObject({
      name: 'Ann',
      roles: ['administrator'],
      hasPassword: true,
    });
    const again = await at.visitor().get(link);
    expect([again.status, again.text.includes('not valid')]).toEqual([410, true]);
    expect((await at.visitor().signIn('ann@example.com', PASSWORD)).status).toBe(303);
  });

  it('is not made where there are users, and ends when there is one', async () => {
    const link = (await at.inviteFirst())!;
    await at.access.users.create({ email: 'bob@example.com' });
    expect(await at.inviteFirst()).toBeUndefined();
    expect((await at.visitor().get(link)).status).toBe(410);
  });

  it('used twice at the same moment makes one administrator', async () => {
    const link = (await at.inviteFirst())!;
    const visitors = [at.visitor(), at.visitor()];
    const pages = await Promise.all(visitors.map((visitor) => visitor.get(link)));
    const ends = await Promise.all(
      visitors.map((visitor, i) => visitor.submit(pages[i]!, { email: `a${i}@example.com`, ...CHOSEN })),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect((await at.access.users.list()).items).toHaveLength(1);
  });

  it('ends after a day', async () => {
    const link = (await at.inviteFirst())!;
    at.clock.pass(DAY_MS);
    expect((await at.visitor().get(link)).status).toBe(410);
  });

  it('is not used up by a mistake, and says what is wrong', async () => {
    const link = (await at.inviteFirst())!;
    const visitor = at.visitor();
    const page = await visitor.get(link);
    const wrong: readonly (readonly [Record<string, string>, string])[] = [
      [{ email: 'ann@example.com', password: PASSWORD, again: 'another' }, 'not the same'],
      [{ email: 'ann@example.com', password: 'short', again: 'short' }, 'characters'],
      [{ email: 'nobody', ...CHOSEN }, 'no e-mail address'],
    ];
    for (const [fields, says] of wrong) {
      const refused = await visitor.submit(page, fields);
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(says);
    }
    expect((await at.access.users.list()).items).toEqual([]);
    expect((await visitor.submit(page, { email: 'ann@example.com', ...CHOSEN })).status).toBe(303);
  });

  it('is kept as a digest, and in no log', async () => {
    const link = (await at.inviteFirst())!;
    const token = link.split('/').at(-1)!;
    await at.visitor().get(link);
    await at.visitor().post(link, { email: 'x@example.com', ...CHOSEN });
    const { rows } = await at.database.query('select * from dovetail.invitations');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(at.logged.join()).not.toContain(token);
  });

  it('takes no form from elsewhere', async () => {
    const link = (await at.inviteFirst())!;
    expect((await at.visitor().post(link, { email: 'x@example.com', ...CHOSEN })).status).toBe(403);
    expect((await at.access.users.list()).items).toEqual([]);
  });
});

describe('an invitation', () => {
  it('sets the password of one who is there, whose sessions and earlier links end', async () => {
    await at.access.users.create({ email: 'bob@example.com', name: 'Bob' });
    await at.access.users.setPassword('bob@example.com', PASSWORD);
    const signedIn = at.visitor();
    await signedIn.signIn('bob@example.com', PASSWORD);
    const first = await at.access.invitations.invite('bob@example.com');
    const second = await at.access.invitations.invite('bob@example.com');
    const visitor = at.visitor();
    expect((await visitor.get(`/invitation/${first.token}`)).status).toBe(410);
    const page = await visitor.get(`/invitation/${second.token}`);
    expect(page.text).toContain('Welcome, Bob');
    const other = 'another horse battery';
    const done = await visitor.submit(page, { email: 'evil@example.com', password: other, again: other });
    expect(done.status).toBe(303);
    expect((await signedIn.get('/session')).status).toBe(401);
    expect((await at.visitor().signIn('bob@example.com', PASSWORD)).status).toBe(401);
    expect((await at.visitor().signIn('bob@example.com', other)).status).toBe(303);
    expect(await at.access.users.read('bob@example.com')).toMatchObject({
      email: 'bob@example.com',
      roles: [],
    });
  });

  it('lets nobody in who is disabled', async () => {
    await at.access.users.create({ email: 'bob@example.com' });
    const { token } = await at.access.invitations.invite('bob@example.com');
    const visitor = at.visitor();
    const page = await visitor.get(`/invitation/${token}`);
    await at.access.users.disable('bob@example.com');
    expect((await visitor.submit(page, CHOSEN)).status).toBe(410);
    expect((await at.access.users.read('bob@example.com')).hasPassword).toBe(false);
  });

  it('that was never made is as one that is over', async () => {
    for (const token of ['x'.repeat(43), 'x', '%00', 'a'.repeat(1500)])
      expect((await at.visitor().get(`/invitation/${token}`)).status).toBe(410);
  });
});

describe('what is over', () => {
  it('is forgotten by the daily job, and nothing else', async () => {
    await at.access.users.create({ email: 'bob@example.com' });
    await at.access.users.setPassword('bob@example.com', PASSWORD);
    const client = await at.makeClient('daily', { scopes: ['read'] });
    let guests = 0;
    const makeAll = async () => {
      await at.askToken(client, { grant_type: 'client_credentials', scope: 'read' });
      await at.visitor().signIn('bob@example.com', PASSWORD);
      await at.access.users
        .create({ email: `guest${guests++}@example.com` })
        .then(({ id }) => at.access.invitations.invite(id));
    };
    const count = async () =>
      (
        await at.database.query<{ count: string }>(
          `select (select count(*) from dovetail.oauth_objects where kind = 'ClientCredentials') || ' ' ||
             (select count(*) from dovetail.sessions) || ' ' || (select count(*) from dovetail.invitations) as count`,
        )
      ).rows[0]!.count;
    await at.database.query('delete from dovetail.sessions');
    await makeAll();
    at.clock.pass(DAY_MS);
    await makeAll();
    expect(await count()).toBe('2 2 2');
    await at.access.prune(at.clock.now());
    expect(await count()).toBe('1 1 1');
  });
});
