// Rows as XML: one element each, NULL and the empty text apart, whatever the text.
import { Cell, type CellKind } from '../../../foundation/cells/cell-batch.js';
import { formatsError } from '../formats-errors.js';
import { findTexts, readChoice, readFlag, readText } from '../option-reading.js';
import type { FormatOptions, TableWriter, WriteRequest } from '../table-format.js';
import { escapeForbidden, hasForbidden, MARK_TARGET, toXmlName } from './xml-names.js';
import { XSI } from './xml-naming.js';
import { type NodeJson, TEXT_KEY } from './xml-node.js';
import { readXmlPath, toWrittenPath } from './xml-path.js';
import { type ElementShape, toElementShape } from './xml-shape.js';

type Row = readonly (string | null)[];
/** How a text is made safe; the row and column are for the error. */
type Escape = (text: string, column: number) => string;

const DEFAULT_PATH = 'records/record';

/** Throws FORMATS-108 for settings that can't be meant; while writing 331 for text that XML can't hold, if not escaped. */
export function createXmlWriter({ columns, options }: WriteRequest): TableWriter {
  const path = toWrittenPath(readXmlPath(readText(options, 'path', DEFAULT_PATH)));
  const escapes = readFlag(options, 'escapes', true);
  const omits = readChoice(options, 'nulls', ['nil', 'omit'], 'nil') === 'omit';
  const namespaces = listNamespaces(options);
  const prefixes = new Set(namespaces.map(([prefix]) => prefix));
  const names = [...path.around, path.record].map((name) => checkName(name, prefixes));
  const shape = toElementShape(path.record, columns, prefixes);
  let written = 0;
  const toSafe: Escape = (text, column) => {
    if (escapes) return escapeForbidden(text);
    if (hasForbidden(text)) throw unwritable(columns[column]!, written);
    return text;
  };
  const writer = { escape: toSafe, omits, prefixes };
  const declared = [
    ...namespaces.filter(([prefix]) => prefix !== 'xsi').map(([prefix, uri]) => xmlns(prefix, uri)),
    ...(omits ? [] : [xmlns('xsi', XSI)]),
  ].join('');
  const [first, ...others] = names.slice(0, -1);
  const opening =
    first === undefined ? '' : `<${first}${declared}>${others.map((name) => `<${name}>`).join('')}\n`;
  const mark = `<?${MARK_TARGET} path="${names.join('/')}"${escapes ? ' escapes="_xHHHH_"' : ''}?>`;
  return {
    begin: () => `<?xml version="1.0" encoding="UTF-8"?>\n${mark}\n${opening}`,
    rows(rows, kinds) {
      let text = '';
      rows.forEach((row, i) => {
        if (++written > 1 && first === undefined) throw onlyOne(path.record);
        text += writeElement(shape, { row, kinds: kinds?.[i] }, writer, first === undefined ? declared : '');
        text += '\n';
      });
      return text;
    },
    end() {
      if (first === undefined) return written === 0 ? `<${path.record}/>\n` : '';
      return `${names
        .slice(0, -1)
        .reverse()
        .map((name) => `</${name}>`)
        .join('')}\n`;
    },
  };
}

interface WrittenRow {
  readonly row: Row;
  readonly kinds: readonly CellKind[] | undefined;
}

interface Writing {
  readonly escape: Escape;
  readonly omits: boolean;
  readonly prefixes: ReadonlySet<string>;
}

/** Empty where the element and all in it are left out; never so for the record itself. */
function writeElement(shape: ElementShape, from: WrittenRow, writing: Writing, declared?: string): string {
  const { row, kinds } = from;
  const kind = shape.column < 0 ? Cell.absent : (kinds?.[shape.column] ?? Cell.text);
  const value = shape.column < 0 ? null : (row[shape.column] ?? null);
  let attributes = declared ?? '';
  for (const { name, column } of shape.attributes) {
    const text = row[column] ?? null;
    if (text !== null) attributes += ` ${name}="${toAttribute(writing.escape(text, column))}"`;
  }
  if (value !== null && kind === Cell.json) {
    return writeJson(shape.name, JSON.parse(value) as NodeJson, shape.column, writing);
  }
  let content = value === null ? '' : toText(writing.escape(value, shape.column));
  for (const child of shape.children.values()) content += writeElement(child, from, writing);
  const isNull = shape.column >= 0 && value === null && kind !== Cell.absent && kind !== Cell.empty;
  if (isNull && !writing.omits && content === '') {
    return `<${shape.name}${attributes} xsi:nil="true"/>`;
  }
  const nothing = value === null && attributes === '' && content === '';
  if (nothing && declared === undefined) return '';
  return content === ''
    ? `<${shape.name}${attributes}/>`
    : `<${shape.name}${attributes}>${content}</${shape.name}>`;
}

/** A list or record inside a record as the elements it was read from. */
function writeJson(name: string, value: NodeJson, column: number, writing: Writing): string {
  if (Array.isArray(value)) return value.map((each) => writeJson(name, each, column, writing)).join('');
  if (value === null) return writing.omits ? '' : `<${name} xsi:nil="true"/>`;
  if (typeof value !== 'object') return `<${name}>${toText(writing.escape(String(value), column))}</${name}>`;
  let attributes = '';
  let content = '';
  for (const [key, inner] of Object.entries(value)) {
    if (key === TEXT_KEY) content += toText(writing.escape(String(inner), column));
    else if (key.startsWith('@') && key.length > 1) {
      attributes += ` ${toXmlName(key.slice(1), writing.prefixes)}="${toAttribute(writing.escape(String(inner), column))}"`;
    } else content += writeJson(toXmlName(key, writing.prefixes), inner, column, writing);
  }
  return `<${name}${attributes}>${content}</${name}>`;
}

const toText = (text: string): string =>
  /[&<>\r]/.test(text)
    ? text.replace(/[&<>\r]/g, (sign) =>
        sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : '&#xD;',
      )
    : text;

/** Blanks other than the space would be read as spaces. */
const toAttribute = (text: string): string =>
  toText(text).replace(/["\t\n]/g, (sign) => (sign === '"' ? '&quot;' : sign === '\t' ? '&#x9;' : '&#xA;'));

const xmlns = (prefix: string, uri: string): string =>
  ` xmlns${prefix === '' ? '' : `:${prefix}`}="${toAttribute(uri)}"`;

function listNamespaces(options: FormatOptions): readonly (readonly [string, string])[] {
  return (findTexts(options, 'namespaces') ?? []).map((text) => {
    const at = text.indexOf('=');
    const prefix = text.slice(0, Math.max(0, at));
    if (at >= 0 && (prefix === '' || toXmlName(prefix, new Set()) === prefix))
      return [prefix, text.slice(at + 1)];
    throw formatsError(108, {
      detail: `The setting namespaces holds ${JSON.stringify(text)}.`,
      hint: 'namespaces takes a list of prefix=address.',
    });
  });
}

function checkName(name: string, prefixes: ReadonlySet<string>): string {
  const prefix = name.slice(0, Math.max(0, name.indexOf(':')));
  if (toXmlName(name, prefixes) === name || toXmlName(name, new Set([prefix])) === name) return name;
  throw formatsError(108, {
    detail: `The setting path holds ${JSON.stringify(name)}, which is no name of an element.`,
    hint: 'Names of elements begin with a letter or _ and hold no blanks.',
  });
}

function unwritable(column: string, row: number) {
  return formatsError(331, {
    detail: `The text of ${column} in row ${row} holds a character that XML does not allow.`,
    hint: 'Set escapes to true to have it written as _xHHHH_.',
    pointer: { row, column },
  });
}

function onlyOne(record: string) {
  return formatsError(108, {
    detail: `The setting path is ${record}, but a document has one root only and there are several records.`,
    hint: `Set path to an element around them as well, for example records/${record}.`,
  });
}
