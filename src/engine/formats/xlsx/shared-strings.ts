// The shared texts of a workbook, kept as bytes end to end: a million of them as JavaScript strings would be several times as much.
import { formatsError } from '../formats-errors.js';
import type { SharedTexts } from '../grid/grid-row.js';
import { readXmlPart } from '../grid/xml-part.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';
import { toPlainText } from './escaped-text.js';

const CHUNK = 1024 * 1024;
/** Most bytes of all texts together; a workbook that Excel wrote has fewer than these. */
const MAX_BYTES = 512 * 1024 * 1024;

export class SharedStrings implements SharedTexts {
  readonly #chunks: Buffer[] = [];
  /** Where each text begins; one more than there are texts. */
  #starts = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Throws FORMATS-122 beyond 512 MB. */
  add(text: string): void {
    const bytes = Buffer.from(text);
    const from = this.#starts[this.#count]!;
    const end = from + bytes.length;
    if (end > MAX_BYTES) {
      throw formatsError(122, {
        detail: `The shared texts of the workbook are more than ${MAX_BYTES} bytes.`,
        hint: 'Save the sheet as CSV and import that.',
      });
    }
    for (let done = 0; done < bytes.length; ) {
      const at = from + done;
      const chunk = Math.floor(at / CHUNK);
      if (chunk === this.#chunks.length) this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK));
      done += bytes.copy(this.#chunks[chunk]!, at % CHUNK, done);
    }
    this.#count++;
    if (this.#count >= this.#starts.length) {
      const longer = new Float64Array(this.#starts.length * 2);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[this.#count] = end;
  }

  byteLength(index: number): number {
    return this.#starts[index + 1]! - this.#starts[index]!;
  }

  copy(index: number, target: Buffer, at: number): number {
    const from = this.#starts[index]!;
    const length = this.#starts[index + 1]! - from;
    if (at + length > target.length) return -1;
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
export async function readSharedStrings(
  zip: ZipArchive,
  part: ZipEntry | undefined,
  onPacked: (bytes: number) => void,
): Promise<SharedStrings> {
  const strings = new SharedStrings();
  if (!part) return strings;
  let text = '';
  let taking = false;
  // How a text is spoken stands beside it and is no part of it.
  let phonetic = false;
  const handlers = {
    open(name: string) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') taking = !phonetic;
    },
    close(name: string) {
      if (name === 't') taking = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.add(toPlainText(text));
    },
    text(piece: string) {
      if (taking) text += piece;
    },
  };
  await readXmlPart(part.name, zip.read(part, onPacked), handlers, 2 * MAX_BYTES);
  return strings;
}
