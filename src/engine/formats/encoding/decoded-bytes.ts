// Any encoding in, UTF-8 out, without its byte-order mark. UTF-8 itself passes through untouched: validity is checked
// later, batch by batch, where a row can be named.

import { formatsError } from '../formats-errors.js';
import { refuseForeign } from './foreign-file.js';
import { iconv } from './iconv-library.js';
import { readHead } from './stream-head.js';
import { detectEncoding, markLength } from './text-encoding.js';

export interface DecodedText {
  /** The encoding that was used. */
  readonly encoding: string;
  /** True if the bytes are the source's own; else U+FFFD stands where the source had invalid bytes. */
  readonly untouched: boolean;
  /** Bytes of the source taken in so far. */
  sourceBytes(): number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const HEAD_BYTES = 64 * 1024;

/**
 * Opens a text. `encoding` undefined: by byte-order mark, else by its first 64 kB.
 * Throws FORMATS-102/103 for what is no text, 104 for an encoding that isn't known; while iterating FORMATS-105 for
 * UTF-16 or UTF-32 that ends in the middle of a character. `formats`: who reads, so that its own files are not refused.
 */
export async function decodeText(
  source: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  formats: readonly string[] = [],
): Promise<DecodedText> {
  const { head, whole, all } = await readHead(source, HEAD_BYTES);
  refuseForeign(head, formats);
  const name = readEncodingName(encoding ?? detectEncoding(head, whole).encoding);
  const skip = markLength(head, name);
  if (whole) checkUnits(name, head.length - skip, 1);
  let taken = 0;
  const untouched = sameEncoding(name, 'utf-8');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let left = skip;
    for await (const chunk of all()) {
      taken += chunk.length;
      const cut = Math.min(left, chunk.length);
      left -= cut;
      if (cut < chunk.length) yield cut > 0 ? chunk.subarray(cut) : chunk;
    }
  }
  return {
    encoding: name,
    untouched,
    sourceBytes: () => taken,
    bytes: untouched ? chunks() : transcode(chunks(), name),
  };
}

async function* transcode(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = iconv().getDecoder(encoding, { stripBOM: false });
  let size = 0;
  let lines = 1;
  let held = '';
  for await (const chunk of chunks) {
    size += chunk.length;
    let part = held + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    // The decoder gives the halves of a pair apart where the chunk ends between them.
    held = /[\ud800-\udbff]$/.test(part) ? part.slice(-1) : '';
    if (held !== '') part = part.slice(0, -1);
    const text = Buffer.from(part);
    for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines++;
    if (text.length > 0) yield text;
  }
  checkUnits(encoding, size, lines);
  const rest = held + (decoder.end() ?? '');
  if (rest !== '') yield Buffer.from(rest);
}

/** Throws FORMATS-105 if so many bytes are no whole number of UTF-16 or UTF-32 units. */
function checkUnits(encoding: string, size: number, line: number): void {
  const unit = /^utf-?16/i.test(encoding) ? 2 : /^utf-?32/i.test(encoding) ? 4 : 1;
  if (size % unit === 0) return;
  throw formatsError(105, {
    detail: `The ${encoding.toUpperCase()} text ends in the middle of a character (${size} bytes are no multiple of ${unit}).`,
    hint: 'The file was probably cut; get it again.',
    pointer: { line },
  });
}

/** The name as iconv knows it. Throws FORMATS-104 if it doesn't. */
export function readEncodingName(name: string): string {
  const plain = name.trim().toLowerCase();
  if (plain !== '' && iconv().encodingExists(plain)) return plain;
  throw formatsError(104, {
    detail: `The encoding ${JSON.stringify(name)} is not known.`,
    hint: 'Try utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, shift_jis, gbk, big5 or euc-kr.',
  });
}

function sameEncoding(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}
