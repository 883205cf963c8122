// Signing in with a password: who gets in, and how guessing is slowed down.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccessFixture, createAccessFixture } from './access-fixture.js';

const PASSWORD = 'correct horse battery';
let fixture: AccessFixture;
beforeAll(async () => {
  fixture = await createAccessFixture();
});
beforeEach(async () => {
  await fixture.database.query('delete from dovetail.users');
  await fixture.access.users.create({ email: 'Ann@example.com', name: 'Ann', subject: 'ann' });
  await fixture.access.users.giveRole('ann@example.com', 'reader');
  await fixture.access.users.setPassword('ann@example.com', PASSWORD);
});
afterAll(() => fixture?.drop());

describe('signing in', () => {
  it('says who it is, whatever the case of the address', async () => {
    const { authenticateUser, users } = fixture.another();
    expect(await authenticateUser({ email: ' ANN@example.COM', password: PASSWORD })).toEqual({
      kind: 'caller',
      caller: {
        kind: 'user',
        id: (await users.read('ann@example.com')).id,
        name: 'Ann',
        roles: ['reader'],
        subject: 'ann',
      },
    });
  });

  it('is refused in one and the same way, whatever the reason', async () => {
    const { authenticateUser, users } = fixture.another();
    const refused = { kind: 'refused' };
    expect(await authenticateUser({ email: 'ann@example.com', password: 'wrong horse battery' })).toEqual(
      refused,
    );
    expect(await authenticateUser({ email: 'bob@example.com', password: PASSWORD })).toEqual(refused);
    await users.disable('ann@example.com');
    expect(await authenticateUser({ email: 'ann@example.com', password: PASSWORD })).toEqual(refused);
    await users.enable('ann@example.com');
    await users.setPassword('ann@example.com', null);
    expect(await authenticateUser({ email: 'ann@example.com', password: PASSWORD })).toEqual(refused);
    expect(await authenticateUser({ email: 'ann@example.com', password: '' })).toEqual(refused);
  });

  it('has to wait after five failures, also with the right password, and for unknown users alike', async () => {
    const { authenticateUser } = fixture.another();
    for (const email of ['ann@example.com', 'nobody@example.com']) {
      for (let i = 0; i < 5; i++) await authenticateUser({ email, password: `wrong ${i}` });
      expect(await authenticateUser({ email, password: PASSWORD })).toEqual({ kind: 'wait', ms: 1000 });
    }
    fixture.clock.pass(1000);
    expect(await authenticateUser({ email: 'ann@example.com', password: PASSWORD })).toMatchObject({
      kind: 'caller',
    });
    // What failed before is forgotten then.
    expect(await authenticateUser({ email: 'ann@example.com', password: 'wrong' })).toEqual({
      kind: 'refused',
    });
  });

  it('counts attempts made at the same moment', async () => {
    const { authenticateUser } = fixture.another();
    const results = await Promise.all(
      Array.from({ length: 12 }, () => authenticateUser({ email: 'ann@example.com', password: 'wrong' })),
    );
    expect(results.filter((result) => result.kind === 'refused')).toHaveLength(5);
  });

  it('has to wait after twenty failures from one address, whoever they tried to be', async () => {
    const { authenticateUser } = fixture.another();
    const from = (i: number, address: string) =>
      authenticateUser({ email: `u${i}@example.com`, password: 'wrong', address });
    await Promise.all(Array.from({ length: 20 }, (_, i) => from(i, '192.0.2.1')));
    expect(await from(21, '192.0.2.1')).toEqual({ kind: 'wait', ms: 1000 });
    expect(await from(22, '192.0.2.2')).toEqual({ kind: 'refused' });
    // Those who get in do not count.
    const ann = { email: 'ann@example.com', password: PASSWORD, address: '192.0.2.3' };
    for (let i = 0; i < 25; i++) expect((await authenticateUser(ann)).kind).toBe('caller');
  });
});

it('a password is not shown, and its hash is nowhere but in its column', async () => {
  const { users } = fixture.access;
  const user = await users.read('ann@example.com');
  expect(user.hasPassword).toBe(true);
  expect(JSON.stringify([user, await users.list()])).not.toContain('argon2');
  await expect(users.setPassword('ann@example.com', 'short')).rejects.toMatchObject({ code: 'ACCESS-107' });
});
