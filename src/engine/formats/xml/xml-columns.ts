// The columns of a source that shows them only bit by bit: dotted paths of elements below the record, in order of
// appearance.
import { formatsError } from '../formats-errors.js';
import { MAX_COLUMNS } from '../row-limits.js';

export interface ColumnNode {
  /** Dotted path from the record; empty for the record itself. */
  readonly path: string;
  /** Index of the column, -1 as long as no value stood here. */
  column: number;
  /** True if what stands here is a list, also where it has one element only. */
  readonly list: boolean;
  /** True if elements in here make no columns of their own. */
  readonly whole: boolean;
  readonly byName: Map<string, ColumnNode>;
}

export class XmlColumns {
  readonly root: ColumnNode;
  /** A new array whenever a column is added. */
  names: readonly string[] = [];
  readonly #byPath = new Map<string, number>();
  readonly #lists: ReadonlySet<string>;
  readonly #whole: ReadonlySet<string>;

  constructor(lists: readonly string[], whole: readonly string[]) {
    this.#lists = new Set(lists);
    this.#whole = new Set(whole);
    this.root = this.#create('');
  }

  /** Throws FORMATS-110 beyond 10,000 names. */
  readChild(node: ColumnNode, name: string): ColumnNode {
    const known = node.byName.get(name);
    if (known) return known;
    if (node.byName.size >= MAX_COLUMNS) throw tooMany();
    const child = this.#create(node.path === '' ? name : `${node.path}.${name}`);
    node.byName.set(name, child);
    return child;
  }

  /** Throws FORMATS-110 beyond 10,000 columns. */
  readColumn(node: ColumnNode): number {
    if (node.column >= 0) return node.column;
    // <a.b> and <b> in <a> are one column.
    let column = this.#byPath.get(node.path);
    if (column === undefined) {
      column = this.names.length;
      if (column >= MAX_COLUMNS) throw tooMany();
      this.#byPath.set(node.path, column);
      this.names = [...this.names, node.path];
    }
    node.column = column;
    return column;
  }

  #create(path: string): ColumnNode {
    return { path, column: -1, list: this.#lists.has(path), whole: this.#whole.has(path), byName: new Map() };
  }
}

function tooMany() {
  return formatsError(110, {
    detail: `The records have more than ${MAX_COLUMNS} different elements and attributes.`,
    hint: 'Is path the way to one record? Elements named by data (ids, dates) make no columns.',
  });
}
