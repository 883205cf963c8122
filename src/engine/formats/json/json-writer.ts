// Records as JSON: dotted columns nested again, numbers and JSON written with the digits and text PostgreSQL gave.
import { findTexts } from '../option-reading.js';
import type { TableWriter, WriteRequest } from '../table-format.js';

type Row = readonly (string | null)[];
/** A column's index, or the members of an object. */
type Nested = number | Map<string, Nested>;
/** The members of an object in order: the key as it is written, with its colon, and what stands behind it. */
export type ObjectShape = readonly { readonly key: string; readonly inner: number | ObjectShape }[];

/** One array, one record per line. Option `jsonColumns`: names of the columns written bare. */
export function createJsonWriter(request: WriteRequest): TableWriter {
  const write = createRecordWriter(request);
  let written = false;
  return {
    begin: () => '[',
    rows(rows) {
      let text = '';
      for (const row of rows) {
        text += `${written ? ',' : ''}\n${write(row)}`;
        written = true;
      }
      return text;
    },
    end: () => (written ? '\n]\n' : ']\n'),
  };
}

/** One record per line, nothing around them. Option `jsonColumns`: names of the columns written bare. */
export function createNdjsonWriter(request: WriteRequest): TableWriter {
  const write = createRecordWriter(request);
  return {
    begin: () => '',
    rows: (rows) => rows.map((row) => `${write(row)}\n`).join(''),
    end: () => '',
  };
}

function createRecordWriter({ columns, options }: WriteRequest): (row: Row) => string {
  const bare = new Set(findTexts(options, 'jsonColumns') ?? []);
  const isBare = columns.map((name) => bare.has(name));
  const shape = toShape(columns);
  return (row) =>
    writeObject(shape, (column) => {
      const value = row[column] ?? null;
      return value === null ? 'null' : isBare[column] ? toBare(value) : JSON.stringify(value);
    });
}

/** One object without line breaks; a member for which `member` gives undefined is left out. */
export function writeObject(shape: ObjectShape, member: (column: number) => string | undefined): string {
  let text = '{';
  for (const { key, inner } of shape) {
    const value = typeof inner === 'number' ? member(inner) : writeObject(inner, member);
    if (value === undefined || (value === '{}' && typeof inner !== 'number')) continue;
    text += (text.length > 1 ? ',' : '') + key + value;
  }
  return `${text}}`;
}

/** Nests dotted names. A name that can't be nested, because a shorter one is a column itself, stays as it is. */
export function toShape(columns: readonly string[]): ObjectShape {
  const names = new Set(columns);
  const root = new Map<string, Nested>();
  columns.forEach((name, column) => {
    const keys = name.split('.');
    const prefixes = keys.slice(0, -1).map((_, i) => keys.slice(0, i + 1).join('.'));
    if (keys.includes('') || prefixes.some((prefix) => names.has(prefix))) {
      root.set(name, column);
      return;
    }
    let node = root;
    for (const key of keys.slice(0, -1)) {
      const member = node.get(key);
      const next = member instanceof Map ? member : new Map<string, Nested>();
      if (next !== member) node.set(key, next);
      node = next;
    }
    node.set(keys.at(-1)!, column);
  });
  return toObjectShape(root);
}

function toObjectShape(node: Map<string, Nested>): ObjectShape {
  return Array.from(node, ([key, inner]) => ({
    key: `${JSON.stringify(key)}:`,
    inner: typeof inner === 'number' ? inner : toObjectShape(inner),
  }));
}

/** PostgreSQL's text of a number, boolean or JSON value as JSON; what JSON can't say (NaN, Infinity) as a text. */
function toBare(text: string): string {
  if (text === 't') return 'true';
  if (text === 'f') return 'false';
  if (/^[-+.\dNI]/.test(text))
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? text : JSON.stringify(text);
  // Line breaks in the text of a json value stand between its parts, where a blank does as well.
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, ' ') : text;
}
