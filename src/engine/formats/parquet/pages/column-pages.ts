// The pages of one column of a row group, one after the other; at most one of them and the dictionary are at hand.
import type { ColumnChunk } from '../footer/footer-reader.js';
import type { SchemaLeaf } from '../footer/schema-tree.js';
import { ThriftReader } from '../footer/thrift-reader.js';
import { broken, tooMuch } from '../parquet-problems.js';
import type { ReadBudget } from '../read-budget.js';
import { HybridRuns } from '../values/hybrid-runs.js';
import { type PageValues, readEnd, readPageValues } from '../values/page-values.js';
import { type Dictionary, readDictionary } from '../values/plain-values.js';
import { type PageHeader, readPageHeader } from './page-header.js';
import { MAX_PAGE_BYTES, type Unpack } from './page-unpacking.js';

export interface DataPage {
  /** Values, NULLs included. */
  readonly entries: number;
  /** Missing where the column has no lists around it, or nothing that may be missing. */
  readonly repetition: HybridRuns | undefined;
  readonly definition: HybridRuns | undefined;
  readonly values: PageValues;
}

/** Dictionaries, indexes and pages without values, which some writers leave. */
const MAX_IDLE_PAGES = 1000;

export class ColumnPages {
  dictionary: Dictionary | undefined;
  readonly #bytes: Buffer;
  readonly #chunk: ColumnChunk;
  readonly #leaf: SchemaLeaf;
  readonly #unpack: Unpack;
  readonly #budget: ReadBudget;
  #at = 0;
  #idle = 0;
  #found = 0;
  #held = 0;
  #heldByDictionary = 0;

  constructor(
    bytes: Buffer,
    about: {
      readonly chunk: ColumnChunk;
      readonly leaf: SchemaLeaf;
      readonly unpack: Unpack;
      readonly budget: ReadBudget;
    },
  ) {
    this.#bytes = bytes;
    this.#chunk = about.chunk;
    this.#leaf = about.leaf;
    this.#unpack = about.unpack;
    this.#budget = about.budget;
  }

  /** The next page, undefined after the last. The one before is forgotten. Throws FORMATS-134 and 135. */
  next(): DataPage | undefined {
    this.#budget.giveUnpacked(this.#held);
    this.#held = 0;
    while (this.#found < this.#chunk.values) {
      if (this.#at >= this.#bytes.length) throw broken('a column has fewer values than the footer says');
      const thrift = new ThriftReader(this.#bytes, this.#at);
      const header = readPageHeader(thrift);
      const to = thrift.at + header.packed;
      if (to > this.#bytes.length) throw broken('a page is longer than its column');
      const packed = this.#bytes.subarray(thrift.at, to);
      this.#at = to;
      if (header.kind === 'dictionary') this.#readDictionary(header, packed);
      else if (header.kind === 'data' || header.kind === 'data2') {
        this.#found += header.values;
        if (this.#found > this.#chunk.values) {
          throw broken('a column has more values than the footer says');
        }
        this.#budget.takeEntries(header.values);
        if (header.values > 0)
          return header.kind === 'data' ? this.#open(header, packed) : this.#open2(header, packed);
      }
      if (++this.#idle > MAX_IDLE_PAGES) throw broken('a column has pages that hold nothing');
    }
    return undefined;
  }

  /** Once no more pages are wanted. */
  close(): void {
    this.#budget.giveUnpacked(this.#held + this.#heldByDictionary);
    this.#held = 0;
    this.#heldByDictionary = 0;
    this.dictionary = undefined;
  }

  #readDictionary({ unpacked, values }: PageHeader, packed: Buffer): void {
    if (this.dictionary !== undefined) throw broken('a column has two dictionaries');
    this.#take(unpacked);
    this.#heldByDictionary = unpacked;
    this.dictionary = readDictionary(this.#unpack(packed, unpacked), values, this.#leaf.element);
  }

  #open(header: PageHeader, packed: Buffer): DataPage {
    this.#held = this.#take(header.unpacked);
    const bytes = this.#unpack(packed, header.unpacked);
    let at = 0;
    const levels = (most: number, encoding: PageHeader['encoding']): HybridRuns | undefined => {
      if (most === 0) return undefined;
      if (encoding !== 'RLE')
        throw tooMuch(`has levels written as ${encoding}`, 'Write it with a newer program.');
      const from = at + 4;
      at = readEnd(bytes, at);
      return new HybridRuns(bytes, { from, to: at, width: bitsOf(most), most: header.values });
    };
    const repetition = levels(this.#leaf.rep, header.levels.repetition);
    const definition = levels(this.#leaf.def, header.levels.definition);
    return { entries: header.values, repetition, definition, values: this.#values(bytes, at, header) };
  }

  #open2(header: PageHeader, packed: Buffer): DataPage {
    const { definitionBytes, repetitionBytes, unpacked, isPacked } = header;
    const at = repetitionBytes + definitionBytes;
    const levels = (most: number, from: number, to: number): HybridRuns | undefined =>
      most === 0 ? undefined : new HybridRuns(packed, { from, to, width: bitsOf(most), most: header.values });
    const repetition = levels(this.#leaf.rep, 0, repetitionBytes);
    const definition = levels(this.#leaf.def, repetitionBytes, at);
    const rest = packed.subarray(at);
    this.#held = this.#take(unpacked - at);
    const bytes = isPacked ? this.#unpack(rest, unpacked - at) : rest;
    return { entries: header.values, repetition, definition, values: this.#values(bytes, 0, header) };
  }

  #values(bytes: Buffer, at: number, { encoding, values }: PageHeader): PageValues {
    return readPageValues(bytes, at, { element: this.#leaf.element, encoding, most: values });
  }

  #take(bytes: number): number {
    if (bytes > MAX_PAGE_BYTES) throw tooMuch(`has a page of ${bytes} bytes`);
    this.#budget.takeUnpacked(bytes);
    return bytes;
  }
}

const bitsOf = (level: number): number => 32 - Math.clz32(level);
