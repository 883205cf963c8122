// The rows of one leg on their way to disk, as `leg-batches` of the run will read them: an object a line. Values that are passed on are
// copied as bytes; nothing is decoded and written again.
import type { DocumentField, DocumentLeg, RowWriter } from './batch-rooms.js';

const FLUSH = 256 << 10;
const SHORT = 64;

export class LegRows {
  readonly #about: Omit<DocumentLeg, 'fields' | 'file' | 'rows'>;
  readonly #openWriter: () => Promise<RowWriter>;
  #writer: RowWriter | undefined;
  readonly #fields: DocumentField[] = [];
  /** By field: `,"c3":`. */
  readonly #heads: Buffer[] = [];
  /** By path: the place of its field, or of the first of several that are a key. */
  readonly #places = new Map<string, number>();
  #bytes = Buffer.alloc(0);
  #size = 0;
  #rows = 0;

  constructor(about: Omit<DocumentLeg, 'fields' | 'file' | 'rows'>, openWriter: () => Promise<RowWriter>) {
    this.#about = about;
    this.#openWriter = openWriter;
  }

  get rows(): number {
    return this.#rows;
  }

  /** `line`: the record's place in the body. */
  begin(line: number): void {
    this.#write(`{"o":${line}`);
  }

  /** A value as it stands in `source`. */
  put(name: string, field: string, source: Buffer, from: number, to: number): void {
    const at = this.#places.get(field) ?? this.#placeOf(name, [[field]]);
    const head = this.#heads[at]!;
    this.#reserve(head.length + to - from);
    const bytes = this.#bytes;
    let size = this.#size;
    for (let i = 0; i < head.length; i++) bytes[size++] = head[i]!;
    // Short values are most, and copied by hand in less time than a call takes.
    if (to - from > SHORT) size += source.copy(bytes, size, from, to);
    else for (let i = from; i < to; i++) bytes[size++] = source[i]!;
    this.#size = size;
  }

  /** A key, by the values of its parts (null: none). */
  putKey(key: KeyFields, values: readonly (string | null)[]): void {
    const at = this.#placeOfKey(key);
    for (let i = 0; i < values.length; i++) this.#write(`,"c${at + i}":${JSON.stringify(values[i])}`);
  }

  putLocal(key: KeyFields, lid: string): void {
    this.#write(`,"l${this.#placeOfKey(key)}":${JSON.stringify(lid)}`);
  }

  /** Makes room for a key, or a single field, whose values come later or never. */
  reserve(key: KeyFields): void {
    this.#placeOfKey(key);
  }

  fail(code: string, message: string, member: string): void {
    this.#write(`,"e":${JSON.stringify([code, message, member])}`);
  }

  /** The whole record, for whoever gets it back. */
  keep(source: Buffer, from: number, to: number): void {
    this.#write(',"r":');
    this.#reserve(to - from);
    this.#size += source.copy(this.#bytes, this.#size, from, to);
  }

  end(): void {
    this.#write('}\n');
    this.#rows++;
  }

  /** Gives what has gathered to the disk. */
  async flush(least = FLUSH): Promise<void> {
    if (this.#size < least) return;
    const bytes = this.#bytes.subarray(0, this.#size);
    // Whoever writes may still hold it.
    this.#bytes = Buffer.alloc(0);
    this.#size = 0;
    this.#writer ??= await this.#openWriter();
    if (bytes.length > 0) await this.#writer.write(bytes);
  }

  async finish(): Promise<DocumentLeg> {
    await this.flush(0);
    const file = await this.#writer!.finish();
    return { ...this.#about, fields: this.#fields, file, rows: this.#rows };
  }

  async drop(): Promise<void> {
    await this.#writer?.drop();
  }

  #write(text: string): void {
    this.#reserve(3 * text.length);
    this.#size += this.#bytes.write(text, this.#size, 'utf8');
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * FLUSH, 2 * (this.#size + more)));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }

  #placeOf(name: string, paths: readonly (readonly string[])[], more: Partial<DocumentField> = {}): number {
    const at = this.#fields.length;
    const isKey = more.local !== undefined || more.own !== undefined;
    for (const [part, path] of paths.entries()) {
      // Only where a key begins a local id stands for it.
      const { local, ...rest } = more;
      const begins = part === 0 && local !== undefined ? { local } : {};
      const key = isKey ? { key: { part, parts: paths.length } } : {};
      this.#heads.push(Buffer.from(`,"c${this.#fields.length}":`));
      this.#fields.push({ name, path, ...key, ...rest, ...begins });
    }
    this.#places.set(toName(paths), at);
    return at;
  }

  #placeOfKey(key: KeyFields): number {
    const known = this.#places.get(toName(key.paths));
    if (known !== undefined) return known;
    const { name, paths, ...more } = key;
    return this.#placeOf(name, paths, more);
  }
}

export interface KeyFields {
  readonly name: string;
  readonly paths: readonly (readonly string[])[];
  /** Type of the records whose local ids may stand for the key. */
  readonly local?: string;
  readonly own?: boolean;
}

/** A field by its name, a key by the path of its first part. */
const toName = ([first]: readonly (readonly string[])[]): string =>
  first!.length === 1 ? first![0]! : first!.join('\0');
