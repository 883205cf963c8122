// The columns of a Parquet schema: records inside records become dotted columns, lists and maps stay JSON.
import type { SchemaElement, SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { formatsError } from '../formats-errors.js';
import { MAX_COLUMNS, MAX_DEPTH } from '../row-limits.js';
import { type LeafReader, type LeafValue, toLeafReader, type ValueOptions } from './parquet-values.js';

export interface ParquetColumn {
  readonly name: string;
  /** Index among the columns at the top of the schema. */
  readonly top: number;
  /** Keys that lead from the top column's value to this one's. */
  readonly keys: readonly string[];
  /** The cell's value; not called for null. */
  readonly read: (value: unknown) => LeafValue;
}

/** `elements`: the schema's own, by node, with their types; the tree the library reads by has none on its leaves. */
export function toColumns(
  tree: SchemaTree,
  elements: ReadonlyMap<SchemaElement, SchemaElement>,
  options: ValueOptions & { readonly whole: readonly string[] },
): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const whole = new Set(options.whole);
  const tops = new Set(tree.children.map((child) => child.element.name));
  const leaf = (node: SchemaTree): LeafReader =>
    toLeafReader(elements.get(node.element) ?? node.element, options);
  const add = (node: SchemaTree, name: string, top: number, keys: readonly string[], depth: number): void => {
    if (depth > MAX_DEPTH) throw refused(`nests columns deeper than ${MAX_DEPTH}`);
    const isGroup = node.children.length > 0 && !isListLike(node) && !isMapLike(node) && !isRepeated(node);
    if (node.element.logical_type?.type === 'VARIANT')
      throw refused(`has the column ${name} of the type VARIANT`);
    // A dotted name that is there already would be two columns of one name.
    const clashes = node.children.some((child) => tops.has(`${name}.${child.element.name}`));
    if (isGroup && !whole.has(name) && !clashes) {
      for (const child of node.children)
        add(child, `${name}.${child.element.name}`, top, [...keys, child.element.name], depth + 1);
      return;
    }
    const flat = node.children.length === 0 && !isRepeated(node);
    const read = flat ? leaf(node) : toJsonReader(node, leaf, depth);
    columns.push({ name, top, keys, read });
    if (columns.length > MAX_COLUMNS) throw refused(`has more than ${MAX_COLUMNS} columns`);
  };
  tree.children.forEach((child, top) => {
    add(child, child.element.name, top, [], 1);
  });
  return columns;
}

const isRepeated = (node: SchemaTree): boolean => node.element.repetition_type === 'REPEATED';

/** Lists, maps and records as JSON text. Built once per column, so that rows pay for values only. */
function toJsonReader(node: SchemaTree, leaf: (node: SchemaTree) => LeafReader, depth: number) {
  const write = toJsonWriter(node, leaf, depth);
  return (value: unknown): LeafValue => ({ kind: Cell.json, text: write(value) });
}

type JsonWriter = (value: unknown) => string;

function toJsonWriter(node: SchemaTree, leaf: (node: SchemaTree) => LeafReader, depth: number): JsonWriter {
  if (depth > MAX_DEPTH) throw refused(`nests columns deeper than ${MAX_DEPTH}`);
  const inner = isListLike(node) ? toListWriter(node, leaf, depth) : toOneWriter(node, leaf, depth);
  if (!isRepeated(node)) return inner;
  return (value) => toJsonList(value, inner);
}

function toListWriter(node: SchemaTree, leaf: (node: SchemaTree) => LeafReader, depth: number): JsonWriter {
  const repeated = node.children[0]!;
  // Three levels (list, element), or the older two.
  const item = repeated.children.length === 1 ? repeated.children[0]! : repeated;
  const write = item === repeated ? toOneWriter(item, leaf, depth + 1) : toJsonWriter(item, leaf, depth + 1);
  return (value) => toJsonList(value, write);
}

function toOneWriter(node: SchemaTree, leaf: (node: SchemaTree) => LeafReader, depth: number): JsonWriter {
  if (isMapLike(node)) {
    const [key, value] = node.children[0]!.children as [SchemaTree, SchemaTree];
    const readKey = leaf(key);
    const write = toJsonWriter(value, leaf, depth + 1);
    const isBytes = key.element.type === 'BYTE_ARRAY' || key.element.type === 'FIXED_LEN_BYTE_ARRAY';
    return (map) => {
      const members = Object.entries((map ?? {}) as Record<string, unknown>).map(([raw, each]) => {
        // The library makes an object's keys of them: bytes become their numbers with commas between.
        const bytes = isBytes ? Uint8Array.from(raw === '' ? [] : raw.split(',').map(Number)) : raw;
        return `${JSON.stringify(readKey(bytes).text)}:${each == null ? 'null' : write(each)}`;
      });
      return `{${members.join(',')}}`;
    };
  }
  if (node.children.length > 0) {
    const members = node.children.map(
      (child) => [child.element.name, toJsonWriter(child, leaf, depth + 1)] as const,
    );
    return (record) => {
      const values = record as Record<string, unknown>;
      const parts = members.map(
        ([name, write]) => `${JSON.stringify(name)}:${values[name] == null ? 'null' : write(values[name])}`,
      );
      return `{${parts.join(',')}}`;
    };
  }
  const read = leaf(node);
  return (value) => {
    const { kind, text } = read(value);
    return kind === Cell.json ? text : JSON.stringify(text);
  };
}

function toJsonList(value: unknown, write: JsonWriter): string {
  const items = Array.from(value as Iterable<unknown>, (each) => (each == null ? 'null' : write(each)));
  return `[${items.join(',')}]`;
}

function refused(what: string) {
  return formatsError(135, {
    detail: `The Parquet file ${what}.`,
    hint: 'Write the file without it, or export the data as CSV or JSON.',
  });
}
