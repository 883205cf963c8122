import { describe, expect, it } from 'vitest';
import { checkUrl, guardedLookup, isPublic } from './address-guard.js';

describe('the address guard', () => {
  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('lets %s pass', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.8.9.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'no ip',
  ])('refuses %s', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it('checks what a name resolves to, and hands on only that', async () => {
    const look = (allow: readonly string[]) =>
      new Promise<unknown>((resolve) => {
        const url = checkUrl('http://localhost:8080/', allow);
        guardedLookup(url, allow)('localhost', { all: true }, (error, found) => resolve(error ?? found));
      });
    expect(await look([])).toMatchObject({ code: 'HTTP-102' });
    expect(await look(['localhost:80'])).toMatchObject({ code: 'HTTP-102' });
    expect(await look(['localhost:8080'])).toBeInstanceOf(Array);
  });

  it.each(['ftp://example.org/', 'file:///etc/passwd', 'example.org', ''])(
    'knows that %s is no address of the web',
    (text) => {
      expect(() => checkUrl(text, [])).toThrow(expect.objectContaining({ code: 'HTTP-101' }));
    },
  );
});
