// The columns of a source that shows them only bit by bit: a tree of keys, each leaf a column, in order of appearance.
import { formatsError } from '../formats-errors.js';
import { MAX_COLUMNS } from '../row-limits.js';

export interface KeyNode {
  /** Dotted path from the record; empty for the record itself. */
  readonly path: string;
  /** Bytes of the key as it stands in the source, for a comparison that makes no string. */
  readonly key: Buffer;
  /** Paths whose objects are values, not groups of columns; the same set in every node. */
  readonly whole: ReadonlySet<string>;
  /** Index of the column, -1 as long as no value stood here. */
  column: number;
  /** A Map, so that a key like `__proto__` is a key like any other. */
  readonly byName: Map<string, KeyNode>;
  /** Children in the order in which they were first met: the next record most likely has the same order. */
  readonly inOrder: KeyNode[];
}

export interface JsonColumns {
  readonly root: KeyNode;
  /** A new array whenever a column is added. */
  names: readonly string[];
  readonly byPath: Map<string, number>;
}

/** `whole`: dotted paths of keys whose objects stay JSON text. */
export function createColumns(whole: readonly string[] = []): JsonColumns {
  return { root: createNode('', Buffer.alloc(0), new Set(whole)), names: [], byPath: new Map() };
}

function createNode(path: string, key: Buffer, whole: ReadonlySet<string>): KeyNode {
  return { path, key, whole, column: -1, byName: new Map(), inOrder: [] };
}

/** The child for the key whose bytes lie at [from..to); `place` is how many keys of the object came before it. */
export function readChild(
  node: KeyNode,
  place: number,
  bytes: Buffer,
  from: number,
  to: number,
  escaped: boolean,
): KeyNode {
  const likely = node.inOrder[place];
  if (likely && sameBytes(likely.key, bytes, from, to)) return likely;
  const raw = bytes.toString('utf8', from, to);
  const name = escaped ? (JSON.parse(`"${raw}"`) as string).replaceAll('\u0000', '') : raw;
  const known = node.byName.get(name);
  if (known) return known;
  if (node.byName.size >= MAX_COLUMNS) throw tooMany();
  const child = createNode(
    node.path === '' ? name : `${node.path}.${name}`,
    Buffer.from(bytes.subarray(from, to)),
    node.whole,
  );
  node.byName.set(name, child);
  node.inOrder.push(child);
  return child;
}

/** The column of a node, made if it has none yet. Throws FORMATS-110 beyond 10,000 columns. */
export function readColumn(columns: JsonColumns, node: KeyNode): number {
  if (node.column >= 0) return node.column;
  // Two ways to write one path, {"a.b": 1} and {"a": {"b": 1}}, are one column.
  let column = columns.byPath.get(node.path);
  if (column === undefined) {
    column = columns.names.length;
    if (column >= MAX_COLUMNS) throw tooMany();
    columns.byPath.set(node.path, column);
    columns.names = [...columns.names, node.path];
  }
  node.column = column;
  return column;
}

function tooMany() {
  return formatsError(110, {
    detail: `The records have more than ${MAX_COLUMNS} different keys.`,
    hint: 'Keys that are data (ids, dates) make no columns; turn such objects into arrays.',
  });
}

function sameBytes(key: Buffer, bytes: Buffer, from: number, to: number): boolean {
  const length = to - from;
  if (key.length !== length) return false;
  for (let i = 0; i < length; i++) if (key[i] !== bytes[from + i]) return false;
  return true;
}
