// The shared texts of a workbook, kept as bytes end to end: a million of them as JavaScript strings would be several times as much.
import { formatsError } from '../formats-errors.js';
import type { SharedTexts } from '../grid/grid-row.js';
import { createXmlBytes, readBytes } from '../grid/xml-part.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';
import { toPlainText } from './escaped-text.js';

const CHUNK = 1024 * 1024;
const SHORT = 48;
const UNDERSCORE = 0x5f;
/** Most bytes of all texts together; a workbook that Excel wrote has fewer than these. */
const MAX_BYTES = 512 * 1024 * 1024;

export class SharedStrings implements SharedTexts {
  readonly #chunks: Buffer[] = [];
  /** Where each text begins; one more than there are texts. */
  #starts = new Float64Array(1024);
  #count = 0;
  #end = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds to the text that `finish` ends. Throws FORMATS-122 beyond 512 MB. */
  append(bytes: Buffer, from: number, to: number): void {
    if (this.#end + to - from > MAX_BYTES) {
      throw formatsError(122, {
        detail: `The shared texts of the workbook are more than ${MAX_BYTES} bytes.`,
        hint: 'Save the sheet as CSV and import that.',
      });
    }
    for (let at = from; at < to; ) {
      const chunk = Math.floor(this.#end / CHUNK);
      if (chunk === this.#chunks.length) this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK));
      const copied = bytes.copy(this.#chunks[chunk]!, this.#end % CHUNK, at, to);
      at += copied;
      this.#end += copied;
    }
  }

  /** The text so far is one. `escaped`: it may hold `_x0041_`. */
  finish(escaped: boolean): void {
    if (this.#count + 1 >= this.#starts.length) {
      const longer = new Float64Array(this.#starts.length * 2);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[++this.#count] = this.#end;
    if (escaped) this.#unescapeLast();
  }

  #unescapeLast(): void {
    const text = Buffer.from(toPlainText(this.toText(this.#count - 1)));
    this.#end = this.#starts[--this.#count]!;
    this.append(text, 0, text.length);
    this.finish(false);
  }

  byteLength(index: number): number {
    return this.#starts[index + 1]! - this.#starts[index]!;
  }

  copy(index: number, target: Buffer, at: number): number {
    const from = this.#starts[index]!;
    const length = this.#starts[index + 1]! - from;
    if (at + length > target.length) return -1;
    const within = from % CHUNK;
    // Most texts are so short that asking for a copy takes longer than making it.
    if (length <= SHORT && within + length <= CHUNK) {
      const chunk = this.#chunks[Math.floor(from / CHUNK)]!;
      for (let i = 0; i < length; i++) target[at + i] = chunk[within + i]!;
      return length;
    }
    for (let done = 0; done < length; ) {
      const place = from + done;
      const offset = place % CHUNK;
      const end = Math.min(CHUNK, offset + length - done);
      done += this.#chunks[Math.floor(place / CHUNK)]!.copy(target, at + done, offset, end);
    }
    return length;
  }

  toText(index: number): string {
    const bytes = Buffer.alloc(this.byteLength(index));
    this.copy(index, bytes, 0);
    return bytes.toString();
  }
}

/** A workbook without the part has none. */
export async function readSharedStrings(zip: ZipArchive, part: ZipEntry | undefined): Promise<SharedStrings> {
  const strings = new SharedStrings();
  if (!part) return strings;
  let taking = false;
  // How a text is spoken stands beside it and is no part of it.
  let phonetic = false;
  let escaped = false;
  const xml = createXmlBytes(part.name, {
    open({ name }) {
      if (name === 'rPh') phonetic = true;
      else if (name === 't') taking = !phonetic;
    },
    close(name) {
      if (name === 't') taking = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        strings.finish(escaped);
        escaped = false;
      }
    },
    text(bytes, from, to) {
      if (!taking) return;
      strings.append(bytes, from, to);
      for (let i = from; i < to && !escaped; i++) escaped = bytes[i] === UNDERSCORE;
    },
  });
  await readBytes(part.name, zip.read(part), xml, 2 * MAX_BYTES);
  return strings;
}
