// What the sample of an XML document consists of: every element by its path, how often, and how often beside its like.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { findTexts, readChoice } from '../option-reading.js';
import type { FormatOptions } from '../table-format.js';
import { MARK_TARGET, readMark, unescapeXml } from './xml-names.js';
import { XSI } from './xml-naming.js';
import { XmlParser } from './xml-parser.js';
import { enterElement, isRecord, readXmlPath, startPath } from './xml-path.js';

export interface ElementStatistics {
  /** As the option `path` takes it. */
  readonly path: string;
  /** Name as it stands in the names of columns. */
  readonly columnName: string;
  count: number;
  /** How many stood in one parent at most. */
  most: number;
  /** Attributes of all of them, without declarations of namespaces. */
  attributes: number;
  readonly children: Map<string, ElementStatistics>;
}

export interface SampleStatistics {
  readonly root: ElementStatistics | undefined;
  /** What the option `path` names, if it is given. */
  readonly records: readonly ElementStatistics[];
  /** What the file says about itself, if we wrote it. */
  readonly mark: ReadonlyMap<string, string>;
  /** `prefix=address` of the namespaces declared around the records. */
  readonly namespaces: readonly string[];
}

const MOST_ELEMENTS = 20_000;
const MOST_NAMESPACES = 50;
/** Deeper ones are no records. */
const DEEPEST = 64;

/** Reads as far as the sample is sound. Throws FORMATS-108 for a path that can't be meant. */
export function measureSample(text: string, given: FormatOptions): SampleStatistics {
  const drops = readChoice(given, 'prefixes', ['keep', 'drop'], 'keep') === 'drop';
  let mark: ReadonlyMap<string, string> = new Map();
  let root: ElementStatistics | undefined;
  const nodes: (ElementStatistics | undefined)[] = [];
  const beside: Map<string, number>[] = [new Map()];
  const records = new Set<ElementStatistics>();
  const namespaces = new Map<string, string>();
  const givenPath = findTexts(given, 'path')?.[0];
  let path = givenPath === undefined ? undefined : readXmlPath(givenPath);
  const states: number[] = [];
  let made = 0;
  const parser = new XmlParser({
    instruction(target, body) {
      if (target !== MARK_TARGET || nodes.length > 0) return;
      mark = readMark(body);
      if (path === undefined && mark.has('path')) path = readXmlPath(mark.get('path')!);
    },
    open(raw, attributes) {
      const name = drops ? raw.slice(raw.indexOf(':') + 1) : raw;
      const parent = nodes.at(-1);
      let node = nodes.length === 0 ? root : parent?.children.get(name);
      if (
        node === undefined &&
        made < MOST_ELEMENTS &&
        nodes.length < DEEPEST &&
        (parent || nodes.length === 0)
      ) {
        made++;
        node = {
          path: parent ? `${parent.path}/${name}` : name,
          columnName: mark.has('escapes') ? unescapeXml(name) : name,
          count: 0,
          most: 0,
          attributes: 0,
          children: new Map(),
        };
        if (parent) parent.children.set(name, node);
        else root ??= node;
      }
      const same = (beside.at(-1)!.get(name) ?? 0) + 1;
      beside.at(-1)!.set(name, same);
      beside.push(new Map());
      const inRecord = nodes.some((each) => each !== undefined && records.has(each));
      nodes.push(node);
      if (path !== undefined && !inRecord) {
        const state = enterElement(path, states.at(-1) ?? startPath(path), name);
        if (node && isRecord(path, state)) records.add(node);
        states.push(state);
      } else states.push(0);
      if (node === undefined) return;
      node.count++;
      node.most = Math.max(node.most, same);
      for (const [key, value] of Object.entries(attributes)) {
        if (!/^xmlns(:|$)/.test(key)) node.attributes++;
        else if (nodes.length <= 4 && namespaces.size < MOST_NAMESPACES && value !== XSI)
          namespaces.set(key.slice(6), value);
      }
    },
    close() {
      nodes.pop();
      states.pop();
      beside.pop();
    },
    text() {},
    flaw() {},
  });
  try {
    for (let at = 0; at < text.length; at += 65_536) parser.write(text.slice(at, at + 65_536));
  } catch (error) {
    // The reader will say what is wrong, and in which line.
    if (!(error instanceof DovetailError)) throw error;
  }
  return {
    root,
    records: [...records],
    mark,
    namespaces: Array.from(namespaces, ([prefix, address]) => `${prefix}=${address}`),
  };
}
