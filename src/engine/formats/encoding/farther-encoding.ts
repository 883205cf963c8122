// The first bytes beyond ASCII may stand far behind the beginning, where nobody looked when the format was detected.
import { isAscii } from 'node:buffer';
import { formatsError } from '../formats-errors.js';
import { detectEncoding, type EncodingGuess } from './text-encoding.js';

/** Lines with such bytes that are enough for a guess, in bytes. */
const ENOUGH_BYTES = 64 * 1024;

/**
 * Reads on until it has seen enough lines with bytes beyond ASCII, or the end. Undefined if there are none: the text is
 * ASCII, and UTF-8 as good as any. What can't be guessed there is taken as UTF-8, whose reader reports the rows.
 */
export async function findFartherEncoding(
  bytes: AsyncIterable<Uint8Array>,
): Promise<EncodingGuess | undefined> {
  const lines: Buffer[] = [];
  let size = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (rest.length === 0 && isAscii(chunk)) continue;
    const text = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const end = text.lastIndexOf(10) + 1;
    // A line longer than this is no table anyway.
    rest = text.length - end > 1 << 20 ? Buffer.alloc(0) : text.subarray(end);
    if (isAscii(rest)) rest = Buffer.alloc(0);
    size += addLines(text.subarray(0, end), lines, ENOUGH_BYTES - size);
    if (size >= ENOUGH_BYTES) break;
  }
  addLines(rest, lines, ENOUGH_BYTES - size);
  if (lines.length === 0) return undefined;
  try {
    return detectEncoding(Buffer.concat(lines), true);
  } catch (error) {
    if ((error as { code?: string }).code === formatsError(104, { detail: '' }).code) return undefined;
    throw error;
  }
}

function addLines(text: Buffer, lines: Buffer[], most: number): number {
  let size = 0;
  for (let at = 0; at < text.length && size < most; ) {
    const found = text.indexOf(10, at);
    const end = found < 0 ? text.length : found + 1;
    const line = text.subarray(at, end);
    if (!isAscii(line)) {
      lines.push(line);
      size += line.length;
    }
    at = end;
  }
  return size;
}
