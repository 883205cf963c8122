// Is the beginning of a source XML, and which of its elements are the records?
import { findTexts } from '../option-reading.js';
import type { Detection, FormatOptions } from '../table-format.js';
import { decodeXmlSample } from './xml-encoding.js';
import { type ElementStatistics, measureSample } from './xml-statistics.js';

interface About {
  readonly name?: string;
  readonly whole: boolean;
  readonly given: FormatOptions;
}

const MOST_LISTS = 1000;

/** An XML document. Throws FORMATS-103 and 104 for what is no text, 108 for a path that can't be meant. */
export function detectXml(sample: Uint8Array, about: About): Detection | undefined {
  const { given } = about;
  if (!beginsLikeXml(sample)) return undefined;
  const { text, encoding, says } = decodeXmlSample(sample, about.whole, given['encoding']);
  const plain = text.toString('utf8').trimStart();
  if (!plain.startsWith('<')) return undefined;
  const found = measureSample(plain, given);
  if (found.root === undefined) {
    if (!/\.xml(\.gz)?$/i.test(about.name ?? '')) return undefined;
    return { format: 'xml', confidence: 0.6, options: { ...given, encoding }, says: ['XML', says] };
  }
  const set = findTexts(given, 'path')?.[0] ?? found.mark.get('path');
  const candidates = set === undefined ? listCandidates(found.root) : [];
  const path = set ?? candidates[0]?.path ?? findSingle(found.root);
  const records =
    set === undefined ? [...listAll(found.root)].filter((each) => each.path === path) : found.records;
  const lists = findTexts(given, 'lists') ?? listLists(records);
  const options: FormatOptions = {
    ...given,
    encoding,
    path,
    ...(lists.length > 0 ? { lists } : {}),
    ...(found.mark.has('escapes') && given['escapes'] === undefined ? { escapes: true } : {}),
    ...(found.namespaces.length > 0 && given['namespaces'] === undefined
      ? { namespaces: found.namespaces }
      : {}),
  };
  const count = records.reduce((sum, each) => sum + each.count, 0);
  const where =
    typeof given['path'] === 'string' ? ' as set' : found.mark.has('path') ? ' as the file says' : '';
  const others = candidates.slice(1, 6).map((each) => `${each.path} (${each.count})`);
  return {
    format: 'xml',
    confidence: 0.99,
    options,
    says: [
      `XML, records at ${path}${where} (${count} in the ${about.whole ? 'file' : 'sample'})`,
      ...(others.length > 0 ? [`repeated as well: ${others.join(', ')}; set path to read those`] : []),
      ...(lists.length > 0
        ? [`lists, kept as JSON: ${lists.slice(0, 8).join(', ')}${lists.length > 8 ? ' …' : ''}`]
        : []),
      says,
    ],
  };
}

function beginsLikeXml(sample: Uint8Array): boolean {
  for (const byte of sample.subarray(0, 4096)) {
    if (byte === 0x3c) return true;
    // Blanks, marks, and the NULs of wide encodings.
    if (![0x20, 0x09, 0x0a, 0x0d, 0x00, 0xef, 0xbb, 0xbf, 0xfe, 0xff].includes(byte)) return false;
  }
  return false;
}

function* listAll(node: ElementStatistics): Generator<ElementStatistics> {
  yield node;
  for (const child of node.children.values()) yield* listAll(child);
}

/**
 * Elements that stand several times beside each other and hold something, none inside another of them; those that hold
 * most come first.
 */
function listCandidates(root: ElementStatistics): readonly ElementStatistics[] {
  const found: ElementStatistics[] = [];
  const collect = (node: ElementStatistics): void => {
    if (node.most >= 2 && (node.attributes > 0 || node.children.size > 0)) found.push(node);
    else for (const child of node.children.values()) collect(child);
  };
  collect(root);
  return found.sort((a, b) => weigh(b) - weigh(a));
}

/** Elements and attributes in it. */
function weigh(node: ElementStatistics): number {
  let sum = node.count + node.attributes;
  for (const child of node.children.values()) sum += weigh(child);
  return sum;
}

/** Nothing repeats: an only child that is no mere text is the one record, or a list of texts; else the document is. */
function findSingle(root: ElementStatistics): string {
  const [only, ...more] = root.children.values();
  if (only === undefined) return root.attributes > 0 ? root.path : `${root.path}/*`;
  if (more.length > 0 || root.attributes > 0) return root.path;
  return only.most > 1 || only.attributes > 0 || only.children.size > 0 ? only.path : root.path;
}

/** Dotted paths, from the record on, of elements that stood several times in one parent. */
function listLists(records: readonly ElementStatistics[]): readonly string[] {
  const found = new Set<string>();
  const collect = (node: ElementStatistics, path: string): void => {
    for (const child of node.children.values()) {
      const inner = path === '' ? child.columnName : `${path}.${child.columnName}`;
      if (child.most >= 2 && found.size < MOST_LISTS) found.add(inner);
      collect(child, inner);
    }
  };
  for (const record of records) collect(record, '');
  return [...found];
}
