// The detection's sample as UTF-8, and in which encoding it was found.
import iconv from 'iconv-lite';
import { readEncodingName } from './decoded-bytes.js';
import { detectEncoding, findMark } from './text-encoding.js';

export interface DecodedSample {
  readonly text: Buffer;
  readonly encoding: string;
  readonly says: string;
}

/** Decodes the sample. `given`: the encoding as the user set it. Throws FORMATS-103 and FORMATS-104. */
export function decodeSample(sample: Uint8Array, whole: boolean, given: unknown): DecodedSample {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
  const guess =
    typeof given === 'string' && given !== ''
      ? { encoding: readEncodingName(given), mark: false, says: `encoding ${given} as set` }
      : detectEncoding(bytes, whole);
  const mark = findMark(bytes);
  const skip = mark && mark.encoding.replace('-', '') === guess.encoding.replace('-', '') ? mark.length : 0;
  const body = bytes.subarray(skip);
  const text = /^utf-?8$/.test(guess.encoding)
    ? body
    : Buffer.from(iconv.decode(body, guess.encoding, { stripBOM: false }));
  return { text, encoding: guess.encoding, says: guess.says };
}
