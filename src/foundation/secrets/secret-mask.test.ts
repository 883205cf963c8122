import { describe, expect, it } from 'vitest';
import { maskSecrets, maskValuesOf } from './secret-mask.js';

describe('masking of secrets', () => {
  it.each([
    [
      'connect to postgres://joe:s3cr3t@db:5432/shop failed',
      'connect to postgres://joe:****@db:5432/shop failed',
    ],
    ['postgres://joe:p@ss:w@rd@db/shop', 'postgres://joe:****@db/shop'],
    ['postgres://:onlypassword@db/shop', 'postgres://:****@db/shop'],
    ["host=db password='a b' user=joe", 'host=db password=**** user=joe'],
    ['https://x.example/hook?access_token=abc&n=1', 'https://x.example/hook?access_token=****&n=1'],
    [`the key dvt_12_${'aB-_'.repeat(10)}xyz, refused`, 'the key dvt_12_****, refused'],
    [`open http://x/invitation/${'aB-_'.repeat(10)}xyz now`, 'open http://x/invitation/**** now'],
    [`authorization: Bearer ${'aB-_'.repeat(10)}xyz`, 'authorization: Bearer ****'],
    ['postgres://joe@db/shop', 'postgres://joe@db/shop'],
    ['nothing to hide at 12:30', 'nothing to hide at 12:30'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each(['a', 'a-', 'a_', '://', 'x:/', 'dvt_1'])('takes no long over a long text of %s', (part) => {
    const begun = performance.now();
    maskSecrets(part.repeat(1_000_000 / part.length));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('removes the secret values of a payload wherever they turn up', () => {
    const payload = {
      url: 'x',
      auth: { clientSecret: 'abc123', user: 'joe' },
      headers: { Authorization: 'Bearer q' },
    };
    expect(maskValuesOf(payload, 'joe sent abc123 and Bearer q to x')).toBe('joe sent **** and **** to x');
  });
});
