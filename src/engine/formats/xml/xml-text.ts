// The source's bytes as pieces of text small enough for the parser, in which a byte that is no character can be told
// from a character anybody wrote.
import { isUtf8 } from 'node:buffer';
import { decodeText } from '../encoding/decoded-bytes.js';
import { readHead } from '../encoding/stream-head.js';
import { characterLength } from '../encoding/text-encoding.js';
import { findDeclaredEncoding } from './xml-encoding.js';
import { INVALID_SIGN } from './xml-parser.js';

const PIECE_BYTES = 64 * 1024;

export interface XmlText {
  readonly encoding: string;
  /** Bytes of the source taken in so far. */
  sourceBytes(): number;
  readonly pieces: AsyncIterable<string>;
}

/** `encoding` undefined: by byte-order mark, declaration, else guessed. Throws as `decodeText` does. */
export async function openXmlText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): Promise<XmlText> {
  const { head, all } = await readHead(bytes, 1024);
  const decoded = await decodeText(all(), encoding ?? findDeclaredEncoding(head), ['xml']);
  async function* pieces(): AsyncGenerator<string> {
    let left: Buffer = Buffer.alloc(0);
    for await (const chunk of decoded.bytes) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const part = Buffer.from(
          chunk.buffer,
          chunk.byteOffset + at,
          Math.min(PIECE_BYTES, chunk.length - at),
        );
        const joined = left.length > 0 ? Buffer.concat([left, part]) : part;
        const end = endOfWhole(joined);
        // The rest is copied: the chunk belongs to whoever made it.
        left = Buffer.from(joined.subarray(end));
        yield toText(joined.subarray(0, end), decoded.untouched);
      }
    }
    if (left.length > 0) yield toText(left, decoded.untouched);
  }
  return { encoding: decoded.encoding, sourceBytes: decoded.sourceBytes, pieces: pieces() };
}

/** Where the last whole character ends; a character begun in the last three bytes may go on in the next chunk. */
function endOfWhole(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function toText(bytes: Buffer, untouched: boolean): string {
  if (!untouched) return bytes.toString('utf8').replaceAll('\ufffd', INVALID_SIGN);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at]! < 0x80 ? 1 : characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', from, at) + INVALID_SIGN;
    from = ++at;
  }
  return text + bytes.toString('utf8', from);
}
