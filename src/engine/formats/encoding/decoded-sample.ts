// The detection's sample as UTF-8, and in which encoding it was found.

import { readEncodingName } from './decoded-bytes.js';
import { iconv } from './iconv-library.js';
import { detectEncoding, type EncodingGuess, markLength } from './text-encoding.js';

export interface DecodedSample {
  readonly text: Buffer;
  readonly encoding: string;
  readonly says: string;
  readonly guess: EncodingGuess;
}

/** Decodes the sample. `given`: the encoding as the user set it. Throws FORMATS-103 and FORMATS-104. */
export function decodeSample(sample: Uint8Array, whole: boolean, given: unknown): DecodedSample {
  const bytes = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
  const guess: EncodingGuess =
    typeof given === 'string' && given !== ''
      ? {
          encoding: readEncodingName(given),
          mark: false,
          confidence: 1,
          alternatives: [],
          says: `encoding ${given} as set`,
        }
      : findGuess(sample, () => detectEncoding(bytes, whole));
  const body = bytes.subarray(markLength(bytes, guess.encoding));
  const text = /^utf-?8$/.test(guess.encoding)
    ? body
    : Buffer.from(iconv().decode(body, guess.encoding, { stripBOM: false }));
  return { text, encoding: guess.encoding, says: guess.says, guess };
}

// Every format looks at the same sample, and guessing takes longer than everything else about it.
const guesses = new WeakMap<Uint8Array, EncodingGuess>();

function findGuess(sample: Uint8Array, guess: () => EncodingGuess): EncodingGuess {
  const known = guesses.get(sample) ?? guess();
  guesses.set(sample, known);
  return known;
}
