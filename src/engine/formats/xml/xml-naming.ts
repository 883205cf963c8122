// What elements, attributes and texts are called and say once prefixes, escapes and `xsi:nil` are taken care of.

import { unescapeXml } from './xml-names.js';
import type { XmlNode } from './xml-node.js';
import { INVALID_SIGN } from './xml-parser.js';

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const NO_ATTRIBUTES: XmlNode['attributes'] = [];
/** Names are few; a source that invents new ones without end shall not fill the memory with them. */
const MOST_NAMES = 10_000;

export interface Naming {
  /** True: `_xHHHH_` stands for a character. */
  unescape: boolean;
  /** True once a text held bytes that are no character; whoever reports it sets it back. */
  invalid: boolean;
  /** The name without prefix, if prefixes are dropped. */
  plainName(raw: string): string;
  toNode(raw: string, attributes: Readonly<Record<string, string>>): XmlNode;
  toText(raw: string): string;
}

export function createNaming(keepPrefixes: boolean, escapes: boolean): Naming {
  // Namespaces are not resolved: a prefix stands for what it was last declared as, wherever that was.
  const nilPrefixes = new Set(['xsi']);
  const known = new Map<string, string>();
  const plainName = (raw: string): string => (keepPrefixes ? raw : raw.slice(raw.indexOf(':') + 1));
  const toName = (raw: string): string => {
    const cached = known.get(raw);
    if (cached !== undefined) return cached;
    const name = naming.unescape ? unescapeXml(plainName(raw)) : plainName(raw);
    if (known.size < MOST_NAMES) known.set(raw, name);
    return name;
  };
  const naming: Naming = {
    unescape: escapes,
    invalid: false,
    plainName,
    toText(raw) {
      let text = raw;
      if (raw.includes(INVALID_SIGN)) {
        naming.invalid = true;
        text = raw.replaceAll(INVALID_SIGN, '?');
      }
      return naming.unescape ? unescapeXml(text) : text;
    },
    toNode(raw, given) {
      const name = toName(raw);
      let attributes: (readonly [string, string])[] | undefined;
      let nil = false;
      for (const key in given) {
        const value = given[key]!;
        const colon = key.indexOf(':');
        if (key === 'xmlns') continue;
        if (colon > 0) {
          const prefix = key.slice(0, colon);
          if (prefix === 'xmlns') {
            if (value === XSI) nilPrefixes.add(key.slice(6));
            continue;
          }
          if (nilPrefixes.has(prefix)) {
            const local = key.slice(colon + 1);
            if (local === 'nil') {
              nil = value.trim() === 'true' || value.trim() === '1';
              continue;
            }
            if (local === 'schemaLocation' || local === 'noNamespaceSchemaLocation') continue;
          }
        }
        attributes ??= [];
        attributes.push([toName(key), naming.toText(value)]);
      }
      return { name, attributes: attributes ?? NO_ATTRIBUTES, nil, content: [] };
    },
  };
  return naming;
}
