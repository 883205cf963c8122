// The XML of a spreadsheet's parts, scanned where its bytes lie: tags and pieces of text come out, and strings are made of what
// somebody asks for. As strict as saxes, with which reading a workbook took twice the time, since it makes strings of everything.
// No document type and so no entities of its own, no depth, tag or text without bounds.
import { isUtf8 } from 'node:buffer';
import { MAX_CELL_BYTES } from '../row-limits.js';
import {
  AMPERSAND,
  BRACKET,
  countUnfinished,
  findReferenced,
  GREATER,
  HIGHEST,
  LESS,
  LONGEST_REFERENCE,
  LOOK_AT,
  NAME_PART,
  RETURN,
  SLASH,
  SPACE,
} from './xml-characters.js';
import { XmlFault } from './xml-fault.js';
import { isTextAt, KnownNames, scanTag, XmlTag } from './xml-tag.js';

export interface XmlSink {
  /** The tag is valid during the call only. */
  open(tag: XmlTag): void;
  /** The name is without its prefix. A tag that is open and closed at once (`<c/>`) is told as both. */
  close?(name: string): void;
  /** A piece of text: bytes[from..to), of UTF-8, references resolved, lines ended by \n. One text may come in several pieces. */
  text?(bytes: Buffer, from: number, to: number): void;
}

const MAX_XML_DEPTH = 64;
/** A tag with its attributes, a comment, a text in CDATA: what is read in one piece. */
const MAX_TAG_BYTES = 1024 * 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const COMMENT_END = Buffer.from('-->');
const CDATA = '<![CDATA[';
const CDATA_END = Buffer.from(']]>');
const LINE_END = Buffer.from('\n');
const INSTRUCTION = /^<\?[A-Za-z_:\u0080-\uffff][\w.:\u0080-\uffff-]*(?:\s|\?>$)/;
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.[01]\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>$/;

/** Chunks in, in order, of any size; `end` after the last. */
export class XmlScanner {
  readonly #sink: XmlSink;
  readonly #tag = new XmlTag();
  readonly #known = new KnownNames();
  /** The names of the open tags, with their prefixes and without. */
  readonly #open: string[] = [];
  readonly #openLocal: string[] = [];
  /** What was not whole when the last chunk ended. */
  #rest: Buffer | undefined;
  #begun = false;
  #rooted = false;
  /** Bytes since the last tag. */
  #quiet = 0;

  constructor(sink: XmlSink) {
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length - countUnfinished(bytes);
    if (!isUtf8(bytes.subarray(0, end))) throw new XmlFault('it holds bytes that are no UTF-8');
    this.#quiet += chunk.length;
    const done = this.#scan(bytes, end);
    this.#rest = done < bytes.length ? bytes.subarray(done) : undefined;
    if (this.#quiet > 4 * MAX_CELL_BYTES) throw new XmlFault('a single text in it is longer than 64 MB');
  }

  end(): void {
    const rest = this.#rest?.toString() ?? '';
    const name = this.#open.at(-1);
    if (name !== undefined) throw new XmlFault(`the tag ${name} is not closed`);
    if (!this.#rooted) throw new XmlFault('it has no root element');
    if (/[^\r]/.test(rest)) throw new XmlFault('it ends within a tag or comment');
  }

  /** Returns up to where it came; what follows there isn't whole yet. */
  #scan(bytes: Buffer, end: number): number {
    let at = !this.#begun && BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte) ? 3 : 0;
    while (at < end) {
      const next = bytes[at] === LESS ? this.#scanMarkup(bytes, at, end) : this.#scanText(bytes, at, end);
      if (next < 0) return ~next;
      at = next;
      this.#begun = true;
    }
    return at;
  }

  /** Here and below: where to go on, or `~at` if from `at` on more bytes are needed. */
  #scanText(bytes: Buffer, start: number, end: number): number {
    let from = start;
    let at = start;
    for (;;) {
      while (at < end && LOOK_AT[bytes[at]!] === 0) at++;
      if (at === end || bytes[at] === LESS) {
        this.#tellText(bytes, from, at);
        return at;
      }
      switch (bytes[at]) {
        case AMPERSAND: {
          this.#tellText(bytes, from, at);
          const stop = bytes.subarray(at, Math.min(end, at + LONGEST_REFERENCE + 2)).indexOf(';');
          if (stop < 0 && end - at <= LONGEST_REFERENCE) return ~at;
          const meant = stop < 0 ? undefined : findReferenced(bytes.toString('utf8', at + 1, at + stop));
          if (meant === undefined) throw new XmlFault('it has a reference to an entity that is not there');
          if (this.#open.length === 0) throw outside();
          const resolved = Buffer.from(meant);
          this.#sink.text?.(resolved, 0, resolved.length);
          at += stop + 1;
          from = at;
          break;
        }
        case RETURN:
          this.#tellText(bytes, from, at);
          if (at + 1 === end) return ~at;
          if (bytes[at + 1] !== 0x0a) this.#tellText(LINE_END, 0, 1);
          from = ++at;
          break;
        case BRACKET:
          if (at + 2 >= end) {
            this.#tellText(bytes, from, at);
            return ~at;
          }
          if (bytes[at + 1] === BRACKET && bytes[at + 2] === GREATER)
            throw new XmlFault('it has ]]> in a text');
          at++;
          break;
        default:
          checkCharacter(bytes, at);
          at++;
      }
    }
  }

  #tellText(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    if (this.#open.length > 0) this.#sink.text?.(bytes, from, to);
    else for (let i = from; i < to; i++) if (SPACE[bytes[i]!] === 0) throw outside();
  }

  #scanMarkup(bytes: Buffer, at: number, end: number): number {
    if (at + 1 >= end) return ~at;
    switch (bytes[at + 1]) {
      case SLASH:
        return this.#scanClosing(bytes, at, end);
      case 0x21:
        return this.#scanDeclared(bytes, at, end);
      case 0x3f:
        return this.#scanInstruction(bytes, at, end);
      default:
        return this.#scanOpening(bytes, at, end);
    }
  }

  #scanClosing(bytes: Buffer, at: number, end: number): number {
    const name = this.#open.at(-1);
    const close = at + 2 + (name?.length ?? 0);
    if (
      name !== undefined &&
      close < end &&
      bytes[close] === GREATER &&
      isTextAt(bytes, at + 2, close, name)
    ) {
      this.#close();
      return close + 1;
    }
    let to = at + 2;
    while (to < end && NAME_PART[bytes[to]!] === 1) to++;
    let stop = to;
    while (stop < end && SPACE[bytes[stop]!] === 1) stop++;
    if (stop === end) return this.#wait(at, end);
    const found = this.#known.take(bytes, at + 2, to);
    if (bytes[stop] !== GREATER || name !== found)
      throw new XmlFault(`it closes ${found.slice(0, 100)} where ${name ?? 'nothing'} is open`);
    this.#close();
    return stop + 1;
  }

  #close(): void {
    this.#open.pop();
    this.#quiet = 0;
    this.#sink.close?.(this.#openLocal.pop()!);
  }

  #scanOpening(bytes: Buffer, at: number, end: number): number {
    const next = scanTag(this.#tag, this.#known, bytes, at, end);
    if (next < 0) return this.#wait(at, end);
    this.#tell(this.#tag.closed);
    return next;
  }

  #tell(closed: boolean): void {
    const tag = this.#tag;
    this.#quiet = 0;
    if (this.#open.length === 0 && this.#rooted) throw new XmlFault('it has a second root element');
    this.#rooted = true;
    this.#open.push(tag.fullName);
    this.#openLocal.push(tag.name);
    if (this.#open.length > MAX_XML_DEPTH)
      throw new XmlFault(`its tags are nested deeper than ${MAX_XML_DEPTH}`);
    this.#sink.open(tag);
    if (closed) this.#close();
  }

  /** Comments, and text that is written as it is. */
  #scanDeclared(bytes: Buffer, at: number, end: number): number {
    if (isBeginning(bytes, at, end, '<!--')) {
      if (end - at < 4) return ~at;
      const close = bytes.subarray(0, end).indexOf('--', at + 4);
      if (close < 0 || close + 2 >= end) return this.#wait(at, end);
      if (bytes[close + 2] !== GREATER) throw new XmlFault('it has -- in a comment');
      this.#checkCharacters(bytes, at, close);
      return close + COMMENT_END.length;
    }
    if (isBeginning(bytes, at, end, CDATA)) {
      if (end - at < CDATA.length) return ~at;
      if (this.#open.length === 0) throw outside();
      const close = bytes.subarray(0, end).indexOf(CDATA_END, at);
      if (close < 0) return this.#wait(at, end);
      this.#checkCharacters(bytes, at, close);
      const text = bytes.subarray(at + CDATA.length, close);
      const ended = text.includes(RETURN) ? Buffer.from(text.toString().replace(/\r\n?/g, '\n')) : text;
      if (ended.length > 0) this.#sink.text?.(ended, 0, ended.length);
      return close + CDATA_END.length;
    }
    throw new XmlFault('it has a document type, which spreadsheets never have');
  }

  #scanInstruction(bytes: Buffer, at: number, end: number): number {
    const close = bytes.subarray(0, end).indexOf('?>', at + 2);
    if (close < 0) return this.#wait(at, end);
    const text = bytes.toString('utf8', at, close + 2);
    const declares = /^<\?xml[\s?]/i.test(text);
    if (declares ? this.#begun || !DECLARATION.test(text) : !INSTRUCTION.test(text))
      throw new XmlFault('it has an XML declaration or instruction that is none');
    this.#checkCharacters(bytes, at, close);
    return close + 2;
  }

  #checkCharacters(bytes: Buffer, from: number, to: number): void {
    for (let i = from; i < to; i++) if (LOOK_AT[bytes[i]!] === 1) checkCharacter(bytes, i);
  }

  #wait(at: number, end: number): number {
    if (end - at > MAX_TAG_BYTES)
      throw new XmlFault(`a tag or comment in it is longer than ${MAX_TAG_BYTES} bytes`);
    return ~at;
  }
}

/** Refuses control characters, U+FFFE and U+FFFF; the bytes are whole characters. */
function checkCharacter(bytes: Buffer, at: number): void {
  const byte = bytes[at]!;
  const none =
    byte === HIGHEST ? bytes[at + 1] === 0xbf && bytes[at + 2]! >= 0xbe : byte < 0x20 && SPACE[byte] === 0;
  if (none) throw new XmlFault('it holds a character that XML has not');
}

const isBeginning = (bytes: Buffer, at: number, end: number, text: string): boolean =>
  isTextAt(bytes, at, Math.min(end, at + text.length), text.slice(0, Math.min(text.length, end - at)));

const outside = () => new XmlFault('it has text outside its root element');
