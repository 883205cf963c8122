import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProxyHeaders } from './forwarded.js';

const { isProxy, findOrigin, unify } = createProxyHeaders(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
const from = (remoteAddress: string, headers: IncomingHttpHeaders) =>
  ({ headers, socket: { remoteAddress } }) as IncomingMessage;

describe('a proxy', () => {
  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:db8::1', true],
    ['2001:db9::1', false],
    ['127.0.0.1', false],
    [undefined, false],
    ['unix', false],
  ])('%s is one of ours: %s', (address, ours) => {
    expect(isProxy(address)).toBe(ours);
  });
});

describe('where clients see the server', () => {
  const said = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example.org' };
  it('is believed of proxies of ours alone', () => {
    expect(findOrigin(from('10.1.2.3', said))).toBe('https://shop.example.org');
    expect(findOrigin(from('198.51.100.9', said))).toBe('');
    expect(createProxyHeaders([]).findOrigin(from('127.0.0.1', said))).toBe('');
  });

  it('is the last that was said, with the Host where no other is', () => {
    const twice = {
      'x-forwarded-proto': 'http, https',
      'x-forwarded-host': 'evil.example, shop.example.org:8443',
    };
    expect(findOrigin(from('10.1.2.3', twice))).toBe('https://shop.example.org:8443');
    expect(findOrigin(from('10.1.2.3', { 'x-forwarded-proto': 'https', host: 'here' }))).toBe('https://here');
  });

  it.each([
    { ...said, 'x-forwarded-proto': 'javascript' },
    { ...said, 'x-forwarded-host': 'evil.example/path' },
    { ...said, 'x-forwarded-host': '"><script>' },
    { 'x-forwarded-host': 'shop.example.org' },
  ])('is unknown where %j says so', (headers) => {
    expect(findOrigin(from('10.1.2.3', headers))).toBe('');
  });
});

describe('Forwarded', () => {
  const forwarded =
    'for=198.51.100.9;proto=http, for="[2001:db8::5]:4711";proto=https;host="shop.example.org"';
  it('of a proxy of ours says what the older headers would', () => {
    const request = from('10.1.2.3', { forwarded });
    unify(request);
    expect(request.headers['x-forwarded-for']).toBe('198.51.100.9, 2001:db8::5');
    expect(findOrigin(request)).toBe('https://shop.example.org');
  });

  it('is passed over of strangers, and where the proxy speaks by the older headers', () => {
    const stranger = from('198.51.100.9', { forwarded });
    unify(stranger);
    expect(stranger.headers).toEqual({ forwarded });
    const both = from('10.1.2.3', { forwarded, 'x-forwarded-for': '198.51.100.1' });
    unify(both);
    expect(both.headers).toEqual({ forwarded, 'x-forwarded-for': '198.51.100.1' });
  });
});

describe('headers by chance', () => {
  it('of a proxy of ours give an origin or none, and never fail', () => {
    const header = fc.option(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'for=;,"[]:.1aproth/ ') }), fc.webUrl()),
      { nil: undefined },
    );
    const names = ['forwarded', 'x-forwarded-proto', 'x-forwarded-host', 'host'] as const;
    fc.assert(
      fc.property(fc.tuple(header, header, header, header), fc.boolean(), (values, isSecure) => {
        const given = names.flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i]]]));
        const request = from('10.1.2.3', Object.fromEntries(given));
        if (isSecure) request.headers['x-forwarded-proto'] = 'https';
        unify(request);
        expect(findOrigin(request)).toMatch(
          /^$|^https?:\/\/[\w.-]+(?::\d+)?$|^https?:\/\/\[[\da-f:.]+\](?::\d+)?$/i,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
