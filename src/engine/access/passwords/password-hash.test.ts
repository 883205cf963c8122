import { describe, expect, it } from 'vitest';
import { checkPassword, createPasswordCheck, hashPassword } from './password-hash.js';

const PASSWORD = 'correct horse battery';

describe('a password', () => {
  it('is kept as Argon2id with the parameters of OWASP, and a salt of its own', async () => {
    const [one, two] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('fits its hash, and no other', async () => {
    const verify = createPasswordCheck();
    const hash = await hashPassword(PASSWORD);
    expect(await verify(PASSWORD, hash)).toBe(true);
    expect(await verify(`${PASSWORD} `, hash)).toBe(false);
    expect(await verify('', hash)).toBe(false);
    expect(await verify(PASSWORD, 'no hash')).toBe(false);
    // What stands in for a missing hash is that of the empty password.
    expect(await verify('', undefined)).toBe(false);
  });

  it('is the same however a keyboard puts its signs together', async () => {
    const hash = await hashPassword('Gr\u00fc\u00dfe an alle hier');
    expect(await createPasswordCheck()('Gru\u0308\u00dfe an alle hier', hash)).toBe(true);
  });

  it('that is too long is not cut to one that fits', async () => {
    const longest = '\u{1F600}'.repeat(1024);
    checkPassword(longest);
    const verify = createPasswordCheck();
    const hash = await hashPassword(longest);
    expect(await verify(longest, hash)).toBe(true);
    expect(await verify(`${longest}x`, hash)).toBe(false);
  });

  it('has 12 to 1024 characters', () => {
    expect(() => checkPassword('x'.repeat(11))).toThrow(/ACCESS-107/);
    expect(() => checkPassword('x'.repeat(12))).not.toThrow();
    expect(() => checkPassword('x'.repeat(1025))).toThrow(/ACCESS-107/);
  });
});
