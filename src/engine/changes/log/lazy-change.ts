// A change whose values are read when somebody asks for them: of a million that pass by, a subscription looks at a few.
import type { Change, ChangeOperation, ChangeTransaction, RecordValues } from '../change.js';
import { readTuple, type TupleValue, UNCHANGED } from '../pgoutput/tuple-data.js';
import type { Position } from '../position.js';
import type { TableShape } from './table-shape.js';

export interface StoredChange {
  readonly position: Position;
  readonly operation: ChangeOperation;
  readonly shape: TableShape;
  readonly transaction: ChangeTransaction;
  /** TupleData. */
  readonly before: Buffer | undefined;
  readonly beforeWhole: boolean;
  readonly after: Buffer | undefined;
}

/** Plain to whoever looks: every property that the contract says is absent is absent, or undefined. */
export function toChange(stored: StoredChange): Change {
  const { position, operation, shape, transaction } = stored;
  const values = new ChangeValues(stored);
  const table = shape.name;
  // What floods are made of has no properties to be added one by one.
  if (stored.before === undefined && stored.after !== undefined) {
    return {
      kind: 'change',
      position,
      operation,
      table,
      transaction,
      get key() {
        return values.key;
      },
      get after() {
        return values.after;
      },
    };
  }
  const change = {
    kind: 'change',
    position,
    operation,
    table,
    transaction,
    get key() {
      return values.key;
    },
  } as Change;
  const define = (name: keyof Change, get: () => unknown): void => {
    Object.defineProperty(change, name, { get, enumerable: true });
  };
  if (stored.after !== undefined) define('after', () => values.after);
  if (stored.before !== undefined) define('before', () => values.before);
  if (operation === 'update' && stored.before !== undefined) {
    define('keyBefore', () => values.keyBefore);
    if (stored.beforeWhole) define('changed', () => values.changed);
  }
  return change;
}

/** What is read once, at the first look. */
class ChangeValues {
  readonly #stored: StoredChange;
  #tuples: { readonly before?: readonly TupleValue[]; readonly after?: readonly TupleValue[] } | undefined;
  #key: readonly string[] | undefined;
  #before: RecordValues | undefined;
  #after: RecordValues | undefined;

  constructor(stored: StoredChange) {
    this.#stored = stored;
  }

  get key(): readonly string[] {
    const { before, after } = this.#read();
    this.#key ??= this.#toKey(after ?? before);
    return this.#key;
  }

  get keyBefore(): readonly string[] | undefined {
    const before = this.#toKey(this.#read().before);
    const isSame = before.length === this.key.length && before.every((text, i) => text === this.key[i]);
    return isSame ? undefined : before;
  }

  get after(): RecordValues {
    this.#after ??= this.#toValues(this.#read().after!, true);
    return this.#after;
  }

  get before(): RecordValues {
    this.#before ??= this.#toValues(this.#read().before!, this.#stored.beforeWhole);
    return this.#before;
  }

  get changed(): readonly string[] {
    const { before, after } = this.#read();
    return this.#stored.shape.columns
      .filter((_, i) => after![i] !== UNCHANGED && before![i] !== after![i])
      .map(({ name }) => name);
  }

  #read(): { readonly before?: readonly TupleValue[]; readonly after?: readonly TupleValue[] } {
    if (this.#tuples === undefined) {
      const { before: told, after: sent, beforeWhole } = this.#stored;
      const before = told === undefined ? undefined : readTuple(told);
      let after = sent === undefined ? undefined : readTuple(sent);
      // What is stored apart and was not changed is not sent again; but where the whole row before is known, it is known.
      if (beforeWhole && before !== undefined) {
        after = after?.map((value, i) => (value === UNCHANGED ? (before[i] ?? UNCHANGED) : value));
      }
      this.#tuples = { ...(before && { before }), ...(after && { after }) };
    }
    return this.#tuples;
  }

  #toKey(values: readonly TupleValue[] | undefined): readonly string[] {
    if (values === undefined) return [];
    return this.#stored.shape.key.map((place) => {
      const value = values[place];
      return typeof value === 'string' ? value : '';
    });
  }

  #toValues(values: readonly TupleValue[], whole: boolean): RecordValues {
    const told = new Map<string, string | null>();
    for (const [i, { name, key }] of this.#stored.shape.columns.entries()) {
      const value = values[i];
      if (value === undefined || value === UNCHANGED || (!whole && key === 0)) continue;
      told.set(name, value as string | null);
    }
    return told;
  }
}
