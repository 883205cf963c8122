// Which elements and attributes a row of dotted columns becomes.

import { toXmlName } from './xml-names.js';
import { TEXT_KEY } from './xml-node.js';

export interface ElementShape {
  /** As it is written. */
  readonly name: string;
  readonly attributes: { readonly name: string; readonly column: number }[];
  /** Column of the element's text, -1 if it has none. */
  column: number;
  readonly children: Map<string, ElementShape>;
}

/**
 * `price.amount` is `<amount>` in `<price>`, `price.@currency` an attribute of `<price>`. A name that can't be nested,
 * because a shorter one is a column itself, stays one name with dots in it; it reads back the same.
 */
export function toElementShape(
  record: string,
  columns: readonly string[],
  prefixes: ReadonlySet<string>,
): ElementShape {
  const root = createElement(record);
  const parts = columns.map(splitAttribute);
  const values = new Set(parts.flatMap(({ element, attribute }) => (attribute === '' ? [element] : [])));
  const onlyAttributes = parts.every(({ element, attribute }) =>
    element === TEXT_KEY ? attribute === '' : element === '',
  );
  const readElement = (path: string): ElementShape => {
    if (path === '' || (path === TEXT_KEY && onlyAttributes)) return root;
    const keys = path.split('.');
    const above = keys.slice(0, -1).map((_, i) => keys.slice(0, i + 1).join('.'));
    const nests = !keys.includes('') && !above.some((each) => values.has(each));
    return (nests ? keys : [path]).reduce((node, key) => {
      const name = toXmlName(key, prefixes);
      const child = node.children.get(name) ?? createElement(name);
      node.children.set(name, child);
      return child;
    }, root);
  };
  parts.forEach(({ element, attribute }, column) => {
    const node = readElement(element);
    if (attribute === '') node.column = column;
    else node.attributes.push({ name: toXmlName(attribute, prefixes), column });
  });
  return root;
}

/** `a.b.@c` is the attribute `c` of `a.b`; a name that is nothing but `@` is an element's. */
function splitAttribute(column: string): { element: string; attribute: string } {
  const at = column.startsWith('@') && !column.includes('.@') ? 0 : column.lastIndexOf('.@') + 1;
  const isAttribute = column[at] === '@' && at + 1 < column.length && (at === 0 || at > 1);
  if (!isAttribute) return { element: column, attribute: '' };
  return { element: at === 0 ? '' : column.slice(0, at - 1), attribute: column.slice(at + 1) };
}

function createElement(name: string): ElementShape {
  return { name, attributes: [], column: -1, children: new Map() };
}
