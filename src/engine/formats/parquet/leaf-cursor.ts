// The entries of one column in order: its levels, and its values as cells.
import type { SchemaLeaf } from './footer/schema-tree.js';
import type { ColumnPages, DataPage } from './pages/column-pages.js';
import { broken, tooMuch } from './parquet-problems.js';
import type { LeafReader, LeafValue } from './parquet-values.js';
import { MAX_VALUE, type ReadBudget } from './read-budget.js';
import type { HybridRuns } from './values/hybrid-runs.js';
import type { Dictionary, RawValue, TakeValue } from './values/plain-values.js';

/** Texts of a dictionary are kept, so that each is made once: so many at most, none longer than this. */
const KEPT_TEXTS = 65_536;
const KEPT_LENGTH = 256;

export class LeafCursor {
  readonly leaf: SchemaLeaf;
  /** Whether it stands on an entry; `rep` and `def` are that entry's levels. */
  more = false;
  rep = 0;
  def = 0;
  readonly #read: LeafReader;
  readonly #budget: ReadBudget;
  readonly #onInvalid: () => void;
  #pages: ColumnPages | undefined;
  #left = 0;
  #repetition: HybridRuns | undefined;
  #definition: HybridRuns | undefined;
  #take: TakeValue | undefined;
  #indexes: HybridRuns | undefined;
  #dictionary: Dictionary | undefined;
  #kept: LeafValue[] = [];

  /** `onInvalid` is called for each text that is no UTF-8. */
  constructor(
    leaf: SchemaLeaf,
    about: { readonly read: LeafReader; readonly budget: ReadBudget; readonly onInvalid: () => void },
  ) {
    this.leaf = leaf;
    this.#read = about.read;
    this.#budget = about.budget;
    this.#onInvalid = about.onInvalid;
    this.def = leaf.def;
  }

  /** Stands on the first entry of another row group. */
  open(pages: ColumnPages): void {
    this.#pages?.close();
    this.#pages = pages;
    this.#left = 0;
    this.#dictionary = undefined;
    this.step();
  }

  close(): void {
    this.#pages?.close();
    this.#pages = undefined;
    this.more = false;
  }

  /** To the next entry. */
  step(): void {
    if (this.#left === 0 && !this.#turnPage()) {
      this.more = false;
      return;
    }
    this.more = true;
    this.#left--;
    const { rep, def } = this.leaf;
    if (this.#repetition !== undefined) {
      this.rep = this.#repetition.next();
      if (this.rep > rep) throw broken('a column is nested deeper than its schema');
    }
    if (this.#definition !== undefined) {
      this.def = this.#definition.next();
      if (this.def > def) throw broken('a column is nested deeper than its schema');
    }
  }

  /** The entry's value. To be asked for once, and only where `def` is that of the leaf. */
  cell(): LeafValue {
    const cell = this.#indexes === undefined ? this.#make(this.#take!()) : this.#look(this.#indexes.next());
    if (cell.invalid) this.#onInvalid();
    this.#budget.takeText(cell.text.length);
    return cell;
  }

  #turnPage(): boolean {
    const page = this.#pages?.next();
    if (page === undefined) return false;
    this.#repetition = page.repetition;
    this.#definition = page.definition;
    this.#left = page.entries;
    this.#openValues(page);
    return true;
  }

  #openValues({ values }: DataPage): void {
    this.#indexes = 'indexes' in values ? values.indexes : undefined;
    this.#take = 'take' in values ? values.take : undefined;
    const dictionary = this.#pages!.dictionary;
    if (dictionary === this.#dictionary) return;
    this.#dictionary = dictionary;
    this.#kept = [];
  }

  #look(index: number): LeafValue {
    const kept = this.#kept[index];
    if (kept !== undefined) return kept;
    const dictionary = this.#dictionary;
    if (dictionary === undefined || index >= dictionary.count) {
      throw broken('a value is looked up where its dictionary has none');
    }
    const cell = this.#make(dictionary.at(index));
    if (index < KEPT_TEXTS && cell.text.length <= KEPT_LENGTH) this.#kept[index] = cell;
    return cell;
  }

  #make(value: RawValue): LeafValue {
    if (value instanceof Uint8Array && value.length > MAX_VALUE) {
      throw tooMuch(`has a value of ${value.length} bytes`);
    }
    return this.#read(value);
  }
}
