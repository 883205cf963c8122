// Which encoding an XML text is in: byte-order mark, then what its declaration says (XML 1.0, appendix F), then a guess.
import { decodeSample } from '../encoding/decoded-sample.js';
import { findMark } from '../encoding/text-encoding.js';

/** The encoding the declaration names, where its word can be taken; undefined else. */
export function findDeclaredEncoding(head: Uint8Array): string | undefined {
  if (findMark(head)) return undefined;
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 1024)).toString('latin1');
  const name = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/.exec(text)?.[1];
  // A declaration that can be read byte by byte is in no wide encoding, whatever it says: programs write it so.
  return name === undefined || /^(utf-?16|utf-?32|ucs-?[24]|iso-10646)/i.test(name)
    ? undefined
    : name.toLowerCase();
}

/** The sample as UTF-8, its encoding, and where that is known from. Throws FORMATS-103 and 104. */
export function decodeXmlSample(sample: Uint8Array, whole: boolean, given: unknown) {
  const declared = typeof given === 'string' && given !== '' ? undefined : findDeclaredEncoding(sample);
  if (declared === undefined) return decodeSample(sample, whole, given);
  return { ...decodeSample(sample, whole, declared), says: `encoding ${declared} as the file declares` };
}
