// The rows of one leg on their way to disk, as `leg-batches` of the run will read them: an object a line. Their bytes stand in strings
// of one letter a byte, so that values that are passed on are copied and not decoded.
import type { DocumentField, DocumentLeg, RowWriter } from './batch-rooms.js';

const FLUSH = 256 << 10;

export class LegRows {
  readonly #about: Omit<DocumentLeg, 'fields' | 'file' | 'rows'>;
  readonly #openWriter: () => Promise<RowWriter>;
  #writer: RowWriter | undefined;
  readonly #fields: DocumentField[] = [];
  /** By path: the place of its field, or of the first of several that are a key. */
  readonly #places = new Map<string, number>();
  #open = '';
  #text = '';
  #rows = 0;

  constructor(about: Omit<DocumentLeg, 'fields' | 'file' | 'rows'>, openWriter: () => Promise<RowWriter>) {
    this.#about = about;
    this.#openWriter = openWriter;
  }

  /** `line`: the record's place in the body. */
  begin(line: number): void {
    this.#open = `{"o":${line}`;
  }

  /** `json`: the value as bytes of JSON, a letter a byte. */
  put(name: string, path: readonly string[], json: string): void {
    this.#open += `,"c${this.#placeOf(name, [path])}":${json}`;
  }

  /** A key, by the values of its parts (null: none); `local` where local ids may stand for it too. */
  putKey(key: KeyFields, values: readonly (string | null)[]): void {
    const at = this.#placeOfKey(key);
    for (const [i, value] of values.entries())
      this.#open += `,"c${at + i}":${toBytes(JSON.stringify(value))}`;
  }

  putLocal(key: KeyFields, lid: string): void {
    this.#open += `,"l${this.#placeOfKey(key)}":${toBytes(JSON.stringify(lid))}`;
  }

  /** Makes room for a key whose values come later. */
  reserve(key: KeyFields): void {
    this.#placeOfKey(key);
  }

  fail(code: string, message: string, member: string): void {
    this.#open += `,"e":${toBytes(JSON.stringify([code, message, member]))}`;
  }

  end(): void {
    this.#text += `${this.#open}}\n`;
    this.#rows++;
  }

  /** Gives what has gathered to the disk. */
  async flush(least = FLUSH): Promise<void> {
    if (this.#text.length < least || this.#text === '') return;
    const bytes = Buffer.from(this.#text, 'latin1');
    this.#text = '';
    this.#writer ??= await this.#openWriter();
    await this.#writer.write(bytes);
  }

  async finish(): Promise<DocumentLeg> {
    await this.flush(0);
    const file = await this.#writer!.finish();
    return { ...this.#about, fields: this.#fields, file, rows: this.#rows };
  }

  async drop(): Promise<void> {
    await this.#writer?.drop();
  }

  #placeOf(name: string, paths: readonly (readonly string[])[], more: Partial<DocumentField> = {}): number {
    const known = this.#places.get(paths[0]!.join('\0'));
    if (known !== undefined) return known;
    const at = this.#fields.length;
    for (const [part, path] of paths.entries()) {
      const key =
        more.local === undefined && more.own === undefined ? {} : { key: { part, parts: paths.length } };
      // Only where a key begins a local id stands for it.
      const { local, ...rest } = more;
      const begins = part === 0 && local !== undefined ? { local } : {};
      this.#fields.push({ name, path, ...key, ...rest, ...begins });
    }
    this.#places.set(paths[0]!.join('\0'), at);
    return at;
  }

  #placeOfKey({ name, paths, ...more }: KeyFields): number {
    return this.#placeOf(name, paths, more);
  }
}

export interface KeyFields {
  readonly name: string;
  readonly paths: readonly (readonly string[])[];
  readonly local?: string;
  readonly own?: boolean;
}

/** As UTF-8, a letter a byte. */
const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
