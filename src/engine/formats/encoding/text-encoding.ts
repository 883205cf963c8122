// Which encoding a text is in, from its first bytes: the byte-order mark, else strict UTF-8, else a guess that says so.
import { isUtf8 } from 'node:buffer';
import { formatsError } from '../formats-errors.js';
import { toEncodingLabel } from './encoding-list.js';
import { type RankedEncoding, rankEncodings } from './encoding-ranking.js';
import { findWideEncoding } from './wide-encoding.js';

export interface EncodingGuess {
  /** Name as the option `encoding` takes it. */
  readonly encoding: string;
  /** True if a byte-order mark says it. */
  readonly mark: boolean;
  /** 0 to 1. */
  readonly confidence: number;
  /** What it may be otherwise, surest first. */
  readonly alternatives: readonly { readonly encoding: string; readonly confidence: number }[];
  /** In plain words, for the user. */
  readonly says: string;
}

const MARKS: readonly {
  readonly encoding: string;
  readonly label: string;
  readonly bytes: readonly number[];
}[] = [
  { encoding: 'utf-32le', label: 'UTF-32 LE', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'utf-32be', label: 'UTF-32 BE', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: 'utf-8', label: 'UTF-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', label: 'UTF-16 LE', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', label: 'UTF-16 BE', bytes: [0xfe, 0xff] },
];

/** The encoding and length of the byte-order mark at the beginning; undefined if there is none. */
export function findMark(
  sample: Uint8Array,
): { encoding: string; label: string; length: number } | undefined {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, i) => sample[i] === byte));
  return mark && { encoding: mark.encoding, label: mark.label, length: mark.bytes.length };
}

/** Bytes of the mark that stands before a text of this encoding; 0 if none does. A UTF-16 mark before UTF-32 is passed over. */
export function markLength(sample: Uint8Array, encoding: string): number {
  const mark = findMark(sample);
  if (mark === undefined) return 0;
  const [has, is] = [mark.encoding, encoding].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  if (has === is || (is === 'utf16' && has!.startsWith('utf16'))) return mark.length;
  return is!.startsWith('utf32') && has!.startsWith('utf16') ? mark.length : 0;
}

/**
 * Guesses the encoding. `whole`: the sample is the whole source (else its last character may be cut).
 * Throws FORMATS-103 for binary data and FORMATS-104 for text of an encoding that can't be guessed with confidence.
 */
export function detectEncoding(sample: Buffer, whole: boolean): EncodingGuess {
  const mark = findMark(sample);
  if (mark?.encoding.startsWith('utf-16')) {
    // Some programs write the mark of one encoding and the text in another.
    const real = findWideEncoding(sample.subarray(mark.length));
    if (real?.startsWith('utf-32')) {
      const says = `${real.toUpperCase()} by its NUL bytes, behind the byte-order mark of ${mark.label}`;
      return certain(real, says, true, 0.95);
    }
  }
  if (mark) return certain(mark.encoding, `${mark.label} with byte-order mark`, true);
  const wide = findWideEncoding(sample);
  if (wide) {
    return certain(wide, `${wide.toUpperCase()} without byte-order mark, by its NUL bytes`, false, 0.95);
  }
  refuseBinary(sample);
  const text = whole ? sample : sample.subarray(0, endOfLastCharacter(sample));
  if (isUtf8(text)) return certain('utf-8', 'UTF-8');
  const { valid, invalid, runs, odd } = countHighBytes(text);
  const mostlyValid = certain(
    'utf-8',
    'UTF-8 with some invalid bytes; the rows that hold them are reported',
    false,
    0.8,
  );
  if (valid >= invalid * 4) return mostlyValid;
  const ranked = rankEncodings(text);
  const [best, ...others] = ranked;
  const high = invalid + valid;
  // Single bytes that touch no letter are damage rather than text of another encoding.
  const damaged = runs * 3 <= high && odd * 4 > high;
  if (best !== undefined && best.confidence >= (damaged ? SURE : LEAST_CONFIDENCE)) {
    return toGuess(best, others);
  }
  if (damaged) return mostlyValid;
  const likely = ranked.map(({ encoding }) => encoding.name);
  throw formatsError(104, {
    detail: 'The text is not UTF-8, and its bytes look like no other encoding in particular.',
    hint: `Set encoding, for example to ${(likely.length > 0 ? likely : ['shift_jis', 'gb18030', 'windows-1252']).join(', ')}.`,
    pointer: { line: lineOfFirstInvalid(text) },
  });
}

/** Below this no guess is made: the user has to say. */
const LEAST_CONFIDENCE = 0.2;
/** From here on a guess needs no warning. */
const SURE = 0.8;

function certain(encoding: string, says: string, mark = false, confidence = 1): EncodingGuess {
  return { encoding, mark, says, confidence, alternatives: [] };
}

function toGuess(best: RankedEncoding, others: readonly RankedEncoding[]): EncodingGuess {
  const { encoding, confidence } = best;
  const label = toEncodingLabel(encoding.name);
  const sure = `${Math.round(confidence * 100)}% sure`;
  const alternatives = others.slice(0, 3).map((other) => ({
    encoding: other.encoding.name,
    confidence: Math.round(other.confidence * 100) / 100,
  }));
  const or = alternatives.length === 0 ? '' : `, or ${alternatives.map((each) => each.encoding).join(', ')}`;
  return {
    encoding: encoding.name,
    mark: false,
    confidence: Math.round(confidence * 100) / 100,
    alternatives,
    says:
      confidence >= SURE
        ? `${label}, ${sure}`
        : `not UTF-8: taken as ${label}, a guess (${sure}${or}); set encoding if letters look wrong`,
  };
}

function refuseBinary(sample: Buffer): void {
  const length = Math.min(sample.length, 65_536);
  let controls = 0;
  for (let i = 0; i < length; i++) {
    const byte = sample[i]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) controls++;
  }
  if (controls > 16 && controls * 20 > length) {
    throw formatsError(103, {
      detail: `The source holds binary data: ${controls} of its first ${length} bytes are control characters.`,
      hint: 'Export the data as CSV, JSON or NDJSON and import that file.',
    });
  }
}

/** Where the last whole UTF-8 character ends, in case a sample was cut. */
function endOfLastCharacter(sample: Buffer): number {
  for (let back = 1; back <= 4 && back <= sample.length; back++) {
    const byte = sample[sample.length - back]!;
    if (byte < 0x80) return sample.length;
    if (byte >= 0xc0) return sample.length - back;
  }
  return sample.length;
}

interface HighBytes {
  /** Valid UTF-8 characters of several bytes, and bytes that belong to none. */
  readonly valid: number;
  readonly invalid: number;
  /** High bytes in runs of three or more. */
  readonly runs: number;
  /** Bytes that Western European text in Windows-1252 would hardly have where they stand. */
  readonly odd: number;
}

function countHighBytes(text: Buffer): HighBytes {
  let valid = 0;
  let invalid = 0;
  let runs = 0;
  let odd = 0;
  for (let i = 0; i < text.length; ) {
    if (text[i]! < 0x80) {
      i++;
      continue;
    }
    const from = i;
    while (i < text.length && text[i]! >= 0x80) {
      const length = characterLength(text, i);
      if (length > 0) valid++;
      else {
        invalid++;
        if (isOddInWestern(text, i)) odd++;
      }
      i += Math.max(1, length);
    }
    if (i - from >= 3) runs += i - from;
  }
  return { valid, invalid, runs, odd };
}

/** Undefined in Windows-1252; or a letter that touches no other letter. */
function isOddInWestern(text: Buffer, at: number): boolean {
  const byte = text[at]!;
  if ([0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xff].includes(byte)) return true;
  const isLetter = byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7;
  return isLetter && !isAsciiLetter(text[at - 1]) && !isAsciiLetter(text[at + 1]);
}

function isAsciiLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 32) >= 97 && (byte | 32) <= 122;
}

/** Length of the valid UTF-8 character of several bytes at `at`, 0 if there is none. */
export function characterLength(text: Buffer, at: number): number {
  const lead = text[at]!;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  return length > 0 && at + length <= text.length && isUtf8(text.subarray(at, at + length)) ? length : 0;
}

function lineOfFirstInvalid(text: Buffer): number {
  let line = 1;
  for (let i = 0; i < text.length; ) {
    if (text[i] === 10) line++;
    const length = text[i]! < 0x80 ? 1 : characterLength(text, i);
    if (length === 0) return line;
    i += length;
  }
  return line;
}
