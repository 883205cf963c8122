// Text out in any encoding. What an encoding has no sign for is an error: a question mark in its place would be a lost letter.

import { excerpt, formatsError } from '../formats-errors.js';
import type { WrittenBytes } from '../table-format.js';
import { readEncodingName } from './decoded-bytes.js';
import { iconv } from './iconv-library.js';

/** Turns pieces of a text into bytes; a piece ends between characters. Throws FORMATS-333 for what the encoding can't hold. */
export type TextEncoding = (text: string) => WrittenBytes;

/** `name` undefined: UTF-8. Throws FORMATS-104 for an encoding that isn't known. */
export function encodingOf(name: string | undefined): TextEncoding {
  const encoding = name === undefined ? 'utf-8' : readEncodingName(name);
  if (/^utf-?8$/.test(encoding)) return (text) => text;
  // A byte-order mark is the writer's business: it comes once, not with every piece.
  const options = { addBOM: false, stripBOM: false };
  return (text) => {
    const bytes = iconv().encode(text, encoding, options);
    const back = iconv().decode(bytes, encoding, options);
    if (back !== text) throw notIn(encoding, text, back);
    return bytes;
  };
}

function notIn(encoding: string, text: string, back: string) {
  const signs = [...text];
  const kept = [...back];
  const at = signs.findIndex((sign, i) => sign !== kept[i]);
  const around = signs.slice(Math.max(0, at - 20), at + 20).join('');
  return formatsError(333, {
    detail: `The encoding ${encoding} has no sign for ${JSON.stringify(signs[at])}, as in ${JSON.stringify(excerpt(around))}.`,
    hint: 'Write UTF-8 (leave the encoding out), or leave that record or field out.',
  });
}
