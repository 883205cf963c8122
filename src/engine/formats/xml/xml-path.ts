// The path of elements that leads to the records: `catalog/product`, `rss/channel/item`, `*` for one element of any
// name, `**` for any number of them.
import { formatsError } from '../formats-errors.js';

export interface XmlPath {
  readonly text: string;
  readonly parts: readonly string[];
}

const LONGEST_PATH = 30;

/** Throws FORMATS-108 for a path that can't be meant. */
export function readXmlPath(text: string): XmlPath {
  const parts = text.replace(/^\//, '').split('/');
  if (parts.some((part) => part.trim() === '') || parts.at(-1) === '**' || parts.length > LONGEST_PATH) {
    throw formatsError(108, {
      detail: `The setting path is ${JSON.stringify(text)}.`,
      hint: 'path takes the names of elements from the root to the record, as in rss/channel/item; * stands for any name, ** for any number of elements.',
    });
  }
  return { text, parts };
}

/** Which parts of the path may stand next, as bits: the state of a walk down the document. */
export type PathState = number;

export const startPath = (path: XmlPath): PathState => pass(path, 1);

export function enterElement(path: XmlPath, state: PathState, name: string): PathState {
  let next = 0;
  path.parts.forEach((part, i) => {
    if ((state & (1 << i)) === 0) return;
    if (part === '**') next |= 1 << i;
    else if (part === '*' || part === name) next |= 1 << (i + 1);
  });
  return pass(path, next);
}

/** `**` may stand for nothing. */
function pass(path: XmlPath, state: PathState): PathState {
  let passed = state;
  path.parts.forEach((part, i) => {
    if (part === '**' && (passed & (1 << i)) !== 0) passed |= 1 << (i + 1);
  });
  return passed;
}

export const isRecord = (path: XmlPath, state: PathState): boolean =>
  (state & (1 << path.parts.length)) !== 0;

/** True if a record may be a child of what the state stands in. */
export const holdsRecords = (path: XmlPath, state: PathState): boolean =>
  (state & (1 << (path.parts.length - 1))) !== 0;

/** Elements to write around a record, and the record's own name. Wildcards get names of ours. */
export function toWrittenPath(path: XmlPath): {
  readonly around: readonly string[];
  readonly record: string;
} {
  const named = path.parts.filter((part) => part !== '**');
  const names = named.map((part, i) =>
    part === '*' ? (i === named.length - 1 ? 'record' : 'records') : part,
  );
  return { around: names.slice(0, -1), record: names.at(-1)! };
}
