// UTF-16 and UTF-32 without a byte-order mark, known by where their NUL bytes stand.
import { iconv } from './iconv-library.js';

/** The encoding's name, or undefined if the bytes look like neither. */
export function findWideEncoding(sample: Buffer): string | undefined {
  const length = Math.min(sample.length, 4096) & ~3;
  if (length < 4) return undefined;
  const nuls: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) if (sample[i] === 0) nuls[(i & 3) as 0 | 1 | 2 | 3]++;
  const units = length / 4;
  const [a, b, c, d] = nuls.map((n) => n / units) as [number, number, number, number];
  // Nothing above U+10FFFF: the highest byte is always NUL, the next one below it for all but rare characters.
  if (a < 0.1 && c > 0.9 && d > 0.98) return 'utf-32le';
  if (a > 0.98 && b > 0.9 && d < 0.1) return 'utf-32be';
  // ASCII characters leave NULs in the same place of each unit.
  if (a < 0.05 && c < 0.05 && b > 0.3 && d > 0.3) return 'utf-16le';
  if (b < 0.05 && d < 0.05 && a > 0.3 && c > 0.3) return 'utf-16be';
  // Other scripts: only delimiters, digits and line ends do, but nothing else has a NUL at all.
  if (nuls[0] + nuls[2] === 0 && hasWideLines(sample, 'utf-16le')) return 'utf-16le';
  if (nuls[1] + nuls[3] === 0 && hasWideLines(sample, 'utf-16be')) return 'utf-16be';
  return undefined;
}

/** Line ends are two bytes wide, most of them (other characters hold such a byte too), and the text they part consists of characters. */
function hasWideLines(sample: Buffer, encoding: string): boolean {
  const head = sample.subarray(0, Math.min(sample.length, 65_536) & ~1);
  const text = iconv().decode(head, encoding, { stripBOM: false });
  let wide = 0;
  let signs = 0;
  let odd = 0;
  for (const char of text) {
    if (char === '\n') wide++;
    else if (',;\t|'.includes(char)) signs++;
    else if (/[\p{Cn}\p{Co}\p{Cs}\ufffd]/u.test(char) || (char < ' ' && char !== '\r')) odd++;
  }
  let narrow = 0;
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) narrow++;
  return wide > 0 && signs > 0 && wide * 2 >= narrow && odd * 50 <= text.length;
}
