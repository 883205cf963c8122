// Lists, maps and records put together from the entries of their columns, as JSON text. How it works is told in Google's paper
// on Dremel; what has to be known: an entry of a definition level below that of a node has no such node, and an entry of
// the repetition level of a list is its next item. Each entry is looked at once, and columns that disagree are a broken file.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { isListLike, isMapLike, isRepeated, type SchemaNode } from './footer/schema-tree.js';
import type { LeafCursor } from './leaf-cursor.js';
import { broken } from './parquet-problems.js';
import type { ReadBudget } from './read-budget.js';

export interface JsonText {
  readonly leaves: readonly LeafCursor[];
  /** The row's value; undefined for NULL. */
  readonly findText: () => string | undefined;
}

type Write = () => string;

/** Built once, so that rows pay for values only. */
export function toJsonText(node: SchemaNode, cursors: readonly LeafCursor[], budget: ReadBudget): JsonText {
  const counted = (text: string): string => {
    budget.takeOfCell(text.length + 1);
    return text;
  };

  /** A node with whatever lies around its value: NULL, or the list it is repeated in. */
  const write = (of: SchemaNode): Write => {
    const leaves = leavesOf(of, cursors);
    const one = writeOne(of);
    if (isRepeated(of)) return writeItems(of, leaves, one);
    if (of.element.repetition === 'REQUIRED') return one;
    return () => (isAbsent(leaves, of.def) ? counted(skip(leaves, 'null')) : one());
  };

  const writeOne = (of: SchemaNode): Write => {
    if (of.leaf !== undefined) {
      const cursor = cursors[of.leaf]!;
      return () => counted(writeLeaf(cursor));
    }
    if (isMapLike(of)) return writeMap(of.children[0]!);
    if (isListLike(of)) {
      const repeated = of.children[0]!;
      // Three levels (list, element), or the older two.
      const [item] = repeated.children;
      return writeItems(repeated, leavesOf(of, cursors), item ? write(item) : writeOne(repeated));
    }
    const members = of.children.map(
      (child) => [`${JSON.stringify(child.element.name)}:`, write(child)] as const,
    );
    return () => `{${members.map(([name, value]) => counted(name) + value()).join(',')}}`;
  };

  const writeMap = (entry: SchemaNode): Write => {
    const [key, value] = entry.children as [SchemaNode, SchemaNode];
    const cursor = cursors[key.leaf!]!;
    const writeValue = write(value);
    const one: Write = () => {
      if (cursor.def < key.def) throw broken('a map has an entry without a key');
      const { text } = cursor.cell();
      cursor.step();
      return `${counted(JSON.stringify(text))}:${writeValue()}`;
    };
    return writeItems(entry, leavesOf(entry, cursors), one, '{}');
  };

  const writeItems = (of: SchemaNode, leaves: readonly LeafCursor[], one: Write, around = '[]'): Write => {
    const first = leaves[0]!;
    return () => {
      if (isAbsent(leaves, of.def)) return counted(skip(leaves, around));
      const items: string[] = [];
      for (;;) {
        items.push(one());
        if (!first.more || first.rep < of.rep) break;
        checkItem(leaves, of);
      }
      return `${around[0]}${items.join(',')}${around[1]}`;
    };
  };

  const leaves = leavesOf(node, cursors);
  // Records around it that became columns may be NULL themselves.
  const least = isRepeated(node) ? node.def - 1 : node.def;
  const whole = isRepeated(node) ? write(node) : writeOne(node);
  return {
    leaves,
    findText() {
      if (!isAbsent(leaves, least)) return whole();
      skip(leaves, '');
      return undefined;
    },
  };
}

function writeLeaf(cursor: LeafCursor): string {
  const { kind, text } = cursor.cell();
  cursor.step();
  return kind === Cell.json ? text : JSON.stringify(text);
}

function leavesOf(node: SchemaNode, cursors: readonly LeafCursor[]): readonly LeafCursor[] {
  if (node.leaf !== undefined) return [cursors[node.leaf]!];
  return node.children.flatMap((child) => leavesOf(child, cursors));
}

function isAbsent(leaves: readonly LeafCursor[], def: number): boolean {
  const absent = leaves[0]!.def < def;
  for (const leaf of leaves) if (!leaf.more || leaf.def < def !== absent) throw disagree();
  return absent;
}

function skip(leaves: readonly LeafCursor[], text: string): string {
  for (const leaf of leaves) leaf.step();
  return text;
}

/** Whether all columns have the list's next item. */
function checkItem(leaves: readonly LeafCursor[], { rep, def }: SchemaNode): void {
  for (const leaf of leaves) if (!leaf.more || leaf.rep !== rep || leaf.def < def) throw disagree();
}

const disagree = () => broken('the columns of a record don’t fit together');
