// An opening tag as it lies in the scanned bytes: names are kept once, a value becomes a string when somebody asks for it.

import {
  EQUALS,
  findValue,
  GREATER,
  LESS,
  NAME_PART,
  NAME_START,
  SLASH,
  SPACE,
  VALUE_LOOK_AT,
} from './xml-characters.js';
import { XmlFault } from './xml-fault.js';

/** More than a tag of a spreadsheet has; each is held against the others. */
const MAX_ATTRIBUTES = 256;

/** What a scanner found of the tag it is at. Valid until the scanner goes on. */
export class XmlTag {
  /** As it is written, with its prefix. */
  fullName = '';
  /** Without its prefix, since programs choose those as they like. */
  name = '';
  bytes: Buffer = Buffer.alloc(0);
  count = 0;
  readonly names: string[] = [];
  /** Where each value lies in `bytes`. */
  readonly from = new Int32Array(MAX_ATTRIBUTES);
  readonly to = new Int32Array(MAX_ATTRIBUTES);
  /** Values that are not written as they are meant (references, line ends, other characters than ASCII). */
  readonly decoded: (string | undefined)[] = [];
  /** Closed at once: `<c/>`. */
  closed = false;

  /** The position of an attribute by its full name; -1 without. */
  indexOf(name: string): number {
    for (let i = 0; i < this.count; i++) if (this.names[i] === name) return i;
    return -1;
  }

  find(name: string): string | undefined {
    const i = this.indexOf(name);
    return i < 0 ? undefined : this.valueAt(i);
  }

  valueAt(i: number): string {
    return this.decoded[i] ?? this.bytes.toString('latin1', this.from[i]!, this.to[i]!);
  }

  toRecord(): Readonly<Record<string, string>> {
    const record: Record<string, string> = {};
    for (let i = 0; i < this.count; i++) record[this.names[i]!] = this.valueAt(i);
    return record;
  }
}

const KEPT = 512;

/** Short ASCII texts that come again and again, made into strings once. */
export class KnownNames {
  readonly #known: string[] = new Array<string>(KEPT).fill('');

  take(bytes: Buffer, from: number, to: number): string {
    let hash = 0;
    for (let i = from; i < to; i++) hash = (hash * 31 + bytes[i]!) | 0;
    const place = hash & (KEPT - 1);
    const known = this.#known[place]!;
    if (isTextAt(bytes, from, to, known)) return known;
    const name = bytes.toString('utf8', from, to);
    if (name.length === to - from) this.#known[place] = name;
    return name;
  }
}

/** Whether bytes[from..to) are that text, all of ASCII. */
export function isTextAt(bytes: Buffer, from: number, to: number, text: string): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

function toLocalName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** Reads the tag that begins at `start` into `tag`. Returns where it ends; -1 if it isn't whole. Throws XmlFault. */
export function scanTag(tag: XmlTag, known: KnownNames, bytes: Buffer, start: number, end: number): number {
  tag.bytes = bytes;
  tag.count = 0;
  let at = start + 1;
  if (NAME_START[bytes[at]!] === 0) throw new XmlFault('it has a < that begins no tag');
  while (at < end && NAME_PART[bytes[at]!] === 1) at++;
  const nameEnd = at;
  for (;;) {
    const before = at;
    while (at < end && SPACE[bytes[at]!] === 1) at++;
    if (at >= end) return -1;
    if (bytes[at] === GREATER || bytes[at] === SLASH) break;
    if (at === before || NAME_START[bytes[at]!] === 0) throw brokenTag(bytes, start, at);
    at = scanAttribute(tag, known, bytes, at, end);
    if (at < 0) return -1;
  }
  tag.closed = bytes[at] === SLASH;
  if (tag.closed) {
    if (at + 1 >= end) return -1;
    if (bytes[++at] !== GREATER) throw brokenTag(bytes, start, at);
  }
  tag.fullName = known.take(bytes, start + 1, nameEnd);
  tag.name = toLocalName(tag.fullName);
  return at + 1;
}

function scanAttribute(tag: XmlTag, known: KnownNames, bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && NAME_PART[bytes[at]!] === 1) at++;
  const nameEnd = at;
  while (at < end && SPACE[bytes[at]!] === 1) at++;
  if (at >= end) return -1;
  if (bytes[at] !== EQUALS) throw brokenTag(bytes, start, at);
  at++;
  while (at < end && SPACE[bytes[at]!] === 1) at++;
  if (at >= end) return -1;
  const quote = bytes[at++]!;
  if (quote !== 0x22 && quote !== 0x27) throw brokenTag(bytes, start, at);
  const from = at;
  let plain = true;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (VALUE_LOOK_AT[byte] === 0) continue;
    if (byte === quote) break;
    if (byte === 0x22 || byte === 0x27) continue;
    if (byte === LESS || (byte < 0x20 && SPACE[byte] === 0)) throw brokenTag(bytes, start, at);
    plain = false;
  }
  if (at >= end) return -1;
  const i = tag.count;
  const name = known.take(bytes, start, nameEnd);
  if (tag.indexOf(name) >= 0) throw new XmlFault(`a tag has the attribute ${name.slice(0, 100)} twice`);
  if (i === MAX_ATTRIBUTES) throw new XmlFault(`a tag has more than ${MAX_ATTRIBUTES} attributes`);
  const value = plain ? undefined : findValue(bytes.toString('utf8', from, at));
  if (!plain && value === undefined)
    throw new XmlFault(`the value of ${name.slice(0, 100)} refers to what is not there`);
  tag.names[i] = name;
  tag.from[i] = from;
  tag.to[i] = at;
  tag.decoded[i] = value;
  tag.count = i + 1;
  return at + 1;
}

const brokenTag = (bytes: Buffer, start: number, at: number) =>
  new XmlFault(`it has a broken tag: ${bytes.toString('utf8', start, Math.min(at + 10, start + 80))}`);
