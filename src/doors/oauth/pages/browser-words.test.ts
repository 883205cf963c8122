import { expect, it } from 'vitest';
import { toBrowserWords } from './browser-words.js';

const SAFE = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${SAFE} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${SAFE} Chrome/140.0 Safari/537.36 Edg/140.0`,
    'Edge on Windows',
  ],
  [`Mozilla/5.0 (Linux; Android 15) ${SAFE} Chrome/140.0 Mobile Safari/537.36`, 'Chrome on Android'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${SAFE} Version/18.0 Safari/604.1`,
    'Safari on iOS',
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFE} Version/18.0 Safari/605.1.15`, 'Safari on macOS'],
  ['curl/8.0', 'curl/8.0'],
  ['x'.repeat(100), 'x'.repeat(60)],
  ['', 'A browser that gave no name'],
  [undefined, 'A browser that gave no name'],
])('%s is %s', (name, words) => {
  expect(toBrowserWords(name)).toBe(words);
});
