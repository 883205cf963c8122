// One element of a record, held while the record is read, and the two texts it can become: JSON and markup.

export interface XmlNode {
  readonly name: string;
  /** Without namespace declarations and `xsi:nil`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly nil: boolean;
  /** Texts and elements in order. */
  readonly content: (string | XmlNode)[];
}

export type NodeJson = string | null | NodeJson[] | { [key: string]: NodeJson };

/** Own text of a record that has nothing else, as a column and in JSON. */
export const TEXT_KEY = '#text';

export function listElements(node: XmlNode): readonly XmlNode[] {
  return node.content.filter((part) => typeof part !== 'string');
}

export function ownText(node: XmlNode): string {
  const { content } = node;
  if (content.length === 1 && typeof content[0] === 'string') return content[0];
  return content.filter((part) => typeof part === 'string').join('');
}

/** True if text and elements stand side by side: a paragraph, no record. Blanks between elements are layout. */
export function isMixed(node: XmlNode): boolean {
  let elements = false;
  let text = false;
  for (const part of node.content) {
    if (typeof part !== 'string') elements = true;
    else if (/\S/.test(part)) text = true;
  }
  return elements && text;
}

/**
 * An element as a value: a text where it has nothing but text, else an object with attributes as `@name`, its text as
 * `#text`, elements by name; several of one name, and those at `isList`, as an array.
 */
export function toNodeJson(node: XmlNode, path: string, isList: (path: string) => boolean): NodeJson {
  const elements = listElements(node);
  if (isMixed(node)) return withAttributes(node, toMarkup(node));
  if (elements.length === 0) return withAttributes(node, node.nil ? null : ownText(node));
  const object: { [key: string]: NodeJson } = Object.create(null);
  for (const [name, value] of node.attributes) object[`@${name}`] = value;
  for (const [name, same] of groupByName(elements)) {
    const inner = path === '' ? name : `${path}.${name}`;
    const values = same.map((each) => toNodeJson(each, inner, isList));
    object[name] = values.length > 1 || isList(inner) ? values : values[0]!;
  }
  return object;
}

function withAttributes(node: XmlNode, value: string | null): NodeJson {
  if (node.attributes.length === 0) return value;
  const object: { [key: string]: NodeJson } = Object.create(null);
  for (const [name, text] of node.attributes) object[`@${name}`] = text;
  if (value !== '') object[TEXT_KEY] = value;
  return object;
}

export function groupByName(elements: readonly XmlNode[]): ReadonlyMap<string, readonly XmlNode[]> {
  const groups = new Map<string, XmlNode[]>();
  for (const element of elements) {
    const group = groups.get(element.name);
    if (group) group.push(element);
    else groups.set(element.name, [element]);
  }
  return groups;
}

/** What stands inside an element, as XML again. */
export function toMarkup(node: XmlNode): string {
  return node.content
    .map((part) => {
      if (typeof part === 'string') return part.replace(/[&<>]/g, (sign) => SIGNS[sign]!);
      const attributes = part.attributes.map(
        ([name, value]) => ` ${name}="${value.replace(/[&<>"]/g, (sign) => SIGNS[sign]!)}"`,
      );
      const open = `<${part.name}${attributes.join('')}`;
      return part.content.length === 0 ? `${open}/>` : `${open}>${toMarkup(part)}</${part.name}>`;
    })
    .join('');
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
