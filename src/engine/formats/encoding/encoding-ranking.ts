// Which encodings a text that is not UTF-8 may be in: a detector's ranking over the parts that tell something, weighed by
// how plausible the letters stand that each one makes of the bytes.
import { createRequire } from 'node:module';
import { ENCODINGS, type KnownEncoding } from './encoding-list.js';
import { iconv } from './iconv-library.js';

export interface RankedEncoding {
  readonly encoding: KnownEncoding;
  /** 0 to 1: how sure one can be. Those of a text add up to at most 1. */
  readonly confidence: number;
}

/** Most bytes of lines looked at; more of them change nothing, and the detector takes a second for a megabyte. */
const MOST_BYTES = 24 * 1024;
/** A ranking this much weaker than the best is no alternative. */
const LEAST_SHARE = 0.08;

/** Ranks the encodings for the bytes, surest first; empty if none makes sense of them. */
export function rankEncodings(text: Buffer): readonly RankedEncoding[] {
  const lines = tellingLines(text);
  if (lines.length === 0) return [];
  const found = [...detectAll(lines), ...detectAll(tellingWords(lines))];
  const scored = new Map<string, { encoding: KnownEncoding; score: number; text: string }>();
  for (const encoding of ENCODINGS) {
    const names = found.filter(({ name }) => encoding.found.includes(name));
    const said = Math.max(0, ...names.map(({ confidence }) => confidence));
    if (said === 0) continue;
    const decoded = iconv().decode(lines, encoding.name, { stripBOM: false });
    const score = said * (encoding.prior ?? 1) * plausibility(decoded);
    // Two that make the same text of it are one; the more usual name stands earlier in the list.
    const twin = scored.get(decoded);
    if (twin === undefined || score > twin.score * 1.02) {
      scored.set(decoded, { encoding: twin?.encoding ?? encoding, score, text: decoded });
    }
  }
  const ranked = [...scored.values()].filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  const best = ranked[0];
  if (best === undefined) return [];
  const sum = ranked.reduce((total, { score }) => total + score ** 2, 0);
  const evidence = evidenceOf(best.text);
  return ranked
    .map(({ encoding, score }) => ({ encoding, confidence: (score ** 2 / sum) * evidence }))
    .filter(({ confidence }, i) => i === 0 || confidence >= LEAST_SHARE);
}

/** Names the likeliest encoding of the first text it is asked about, and keeps to it: ranking every batch would take long. */
export function onceRanked(): (text: Buffer) => string | undefined {
  let answer: { readonly name: string | undefined } | undefined;
  return (text) => {
    answer ??= { name: rankEncodings(text)[0]?.encoding.name };
    return answer.name;
  };
}

/** The lines with bytes beyond ASCII, whole, because some encodings use ASCII bytes inside a character. */
function tellingLines(text: Buffer): Buffer {
  const lines: Buffer[] = [];
  let size = 0;
  for (let at = 0; at < text.length && size < MOST_BYTES; ) {
    const end = text.indexOf(10, at);
    const line = text.subarray(at, Math.min(end < 0 ? text.length : end + 1, at + MOST_BYTES));
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line);
      size += line.length;
    }
    at = end < 0 ? text.length : end + 1;
  }
  return Buffer.concat(lines);
}

/** Only the words with such bytes: of a line that is mostly numbers and dates the detector makes little. */
function tellingWords(lines: Buffer): Buffer {
  const words = lines.toString('latin1').match(/[A-Za-z'’.-]*[\u0080-\u00ff][A-Za-z\u0080-\u00ff'-]*/g) ?? [];
  return Buffer.from(words.join(' '), 'latin1');
}

interface Found {
  readonly name: string;
  readonly confidence: number;
}

let detector: ((bytes: Buffer) => readonly { encoding: string | null; confidence: number }[]) | undefined;

// Its tables take a tenth of a second to load, which no UTF-8 file should wait for.
function detectAll(bytes: Buffer): readonly Found[] {
  detector ??= (createRequire(import.meta.url)('jschardet') as { detectAll: typeof detector }).detectAll!;
  return detector(bytes).flatMap(({ encoding, confidence }) =>
    encoding === null ? [] : [{ name: encoding.toLowerCase(), confidence }],
  );
}

/** How much the letters beyond ASCII tell: few of them may be chance. */
function evidenceOf(text: string): number {
  const different = new Set([...text].filter((char) => char >= '\u0080')).size;
  return Math.min(0.99, different / (different + 1) ** 1.02);
}

const SCRIPTS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Thai}/u,
];
const scriptOf = (char: string): number => SCRIPTS.findIndex((script) => script.test(char));

/** 1 if every character stands where one expects it, 0 if hardly any does. */
function plausibility(text: string): number {
  let high = 0;
  let odd = 0;
  const chars = [...text];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char < '\u0080') continue;
    high++;
    odd += oddness(char, chars[i - 1] ?? ' ', chars[i + 1] ?? ' ');
  }
  return high === 0 ? 0 : Math.max(0, 1 - (1.5 * odd) / high) ** 2;
}

const LETTER = /\p{L}/u;
const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;

function oddness(char: string, before: string, after: string): number {
  if (/[\ufffd\u0080-\u009f\p{Co}\p{Cn}]/u.test(char)) return 2;
  // The sign of no currency in particular, where the euro stands in another encoding.
  if (char === '¤') return 2;
  if (!LETTER.test(char)) {
    // A quotation mark or a dash in a word is usual, a paragraph sign or a box is not.
    if (/[\u2018\u2019\u2010-\u2014\u00b7\u00ad\p{M}]/u.test(char)) return 0;
    return LETTER.test(before) && LETTER.test(after) && !/[ªº°]/.test(char)
      ? 1
      : /[\u2500-\u259f]/u.test(char)
        ? 1
        : 0;
  }
  // The ordinal signs stand behind digits.
  if (/[ªº]/.test(char)) return LETTER.test(after) ? 1 : 0;
  // Icelandic, or Turkish taken for it: the latter is met more often.
  let odd = /[ðþÐÞÝ]/.test(char) ? 0.2 : 0;
  if (/\d/.test(before) && LOWER.test(char)) odd += 0.7;
  if (LOWER.test(before) && UPPER.test(char)) odd += 0.7;
  if (LOWER.test(char) && UPPER.test(before) && UPPER.test(after)) odd += 0.7;
  const script = scriptOf(char);
  for (const beside of [before, after]) {
    if (LETTER.test(beside) && script >= 0 && scriptOf(beside) >= 0 && scriptOf(beside) !== script)
      odd += 0.7;
  }
  return odd;
}
