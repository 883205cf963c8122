// What a client says of a file that it uploads: https://tus.io/protocols/resumable-upload#upload-metadata
import { toUploadError } from './upload-headers.js';

const MOST_LETTERS = 4_096;
const MOST_NAME = 200;
const PAIR = /^([!-+\--~]+)(?: +([A-Za-z0-9+/]*={0,2}))?$/;

/** Keys with their values as bytes. Throws API-542. */
export function readMetadata(header: string | undefined): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  if (header === undefined || header.trim() === '') return found;
  if (header.length > MOST_LETTERS) throw unreadable(`has more than ${MOST_LETTERS} letters`);
  for (const part of header.split(',')) {
    const [, key, value = ''] = PAIR.exec(part.trim()) ?? [];
    if (key === undefined) throw unreadable('is no list of keys, each with a value in Base64');
    if (found.has(key)) throw unreadable(`has the key ${key} twice`);
    found.set(key, Buffer.from(value, 'base64'));
  }
  return found;
}

/** A name that can be shown and put into a header: no folders, nothing that can't be seen or turns the letters around. */
export function toFileName(metadata: ReadonlyMap<string, Buffer>): string {
  const said = (metadata.get('filename') ?? metadata.get('name') ?? Buffer.alloc(0)).toString('utf8');
  const last = said.split(/[\\/]/).at(-1)!;
  const seen = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\ufffd]/gu, '').trim();
  const name = shorten(seen);
  return /^\.*$/.test(name) ? 'upload' : name;
}

/** The ending stays, because it says what the file is. */
function shorten(name: string): string {
  const letters = [...name];
  if (letters.length <= MOST_NAME) return name;
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? '';
  return letters.slice(0, MOST_NAME - ending.length).join('') + ending;
}

const unreadable = (why: string) => toUploadError('Upload-Metadata', why);
