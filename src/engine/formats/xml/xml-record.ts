// One element into one row: attributes and elements become dotted columns, several of one name one column of JSON.
import { Cell, type CellKind } from '../../../foundation/cells/cell-batch.js';
import type { ColumnNode, XmlColumns } from './xml-columns.js';
import {
  groupByName,
  isMixed,
  listElements,
  ownText,
  TEXT_KEY,
  toMarkup,
  toNodeJson,
  type XmlNode,
} from './xml-node.js';

export interface RecordShape {
  readonly columns: XmlColumns;
  /** Cut blanks around the texts of elements. */
  readonly trim: boolean;
  readonly isList: (path: string) => boolean;
}

/** Gives every cell of the record to `put`. */
export function putRecord(
  record: XmlNode,
  shape: RecordShape,
  put: (column: number, kind: CellKind, text: string) => void,
): void {
  putElement(record, shape.columns.root, shape, put);
}

type Put = (column: number, kind: CellKind, text: string) => void;

function putElement(node: XmlNode, place: ColumnNode, shape: RecordShape, put: Put): void {
  const { columns } = shape;
  const elements = node.content.length === 0 ? [] : listElements(node);
  if (elements.length > 0 && place.whole) {
    put(columns.readColumn(place), Cell.json, toJsonText([node], place, shape, false));
    return;
  }
  for (const [name, value] of node.attributes) {
    put(columns.readColumn(columns.readChild(place, `@${name}`)), Cell.text, value);
  }
  if (elements.length === 0 || isMixed(node)) {
    putText(node, elements.length > 0 ? toMarkup(node) : ownText(node), place, shape, put);
  } else if (elements.length === 1) {
    putGroup(elements, columns.readChild(place, elements[0]!.name), shape, put);
  } else {
    for (const [name, same] of groupByName(elements))
      putGroup(same, columns.readChild(place, name), shape, put);
  }
}

/** The text of an element, or none where its attributes are all it has to say. */
function putText(node: XmlNode, text: string, place: ColumnNode, shape: RecordShape, put: Put): void {
  const { columns } = shape;
  const own = place === columns.root ? columns.readChild(place, TEXT_KEY) : place;
  const shown = shape.trim ? text.trim() : text;
  if (node.nil && shown === '') {
    if (own === place) put(columns.readColumn(own), Cell.null, '');
    return;
  }
  const layout = place === columns.root && !/\S/.test(shown);
  if (shown === '' ? node.attributes.length > 0 || layout : layout) return;
  put(columns.readColumn(own), Cell.text, shown);
}

function putGroup(same: readonly XmlNode[], place: ColumnNode, shape: RecordShape, put: Put): void {
  if (same.length === 1 && !place.list) putElement(same[0]!, place, shape, put);
  else put(shape.columns.readColumn(place), Cell.json, toJsonText(same, place, shape, true));
}

function toJsonText(
  nodes: readonly XmlNode[],
  place: ColumnNode,
  shape: RecordShape,
  asList: boolean,
): string {
  const values = nodes.map((node) => toNodeJson(node, place.path, shape.isList));
  return JSON.stringify(asList ? values : values[0]!);
}
