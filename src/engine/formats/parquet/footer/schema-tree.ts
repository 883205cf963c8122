// The flat list of schema elements as the tree it stands for, with the levels that tell NULLs and lists apart.
import { MAX_COLUMNS, MAX_DEPTH } from '../../row-limits.js';
import { broken, tooMuch } from '../parquet-problems.js';
import type { SchemaElement } from './schema-element.js';

export interface SchemaNode {
  readonly element: SchemaElement;
  readonly children: readonly SchemaNode[];
  /** The repetition level at which another item of this node (or of the nearest list around it) begins. */
  readonly rep: number;
  /** An entry of this definition level or higher has this node. */
  readonly def: number;
  /** Of leaves: position among the columns of a row group. */
  readonly leaf?: number;
}

export interface SchemaLeaf extends SchemaNode {
  readonly leaf: number;
  /** Names from the top down, as column chunks give them. */
  readonly path: string;
}

export interface Schema {
  readonly root: SchemaNode;
  readonly leaves: readonly SchemaLeaf[];
}

/** Throws FORMATS-134 where it is no tree, 135 for one too deep or too wide. */
export function toSchema(elements: readonly SchemaElement[]): Schema {
  const leaves: SchemaLeaf[] = [];
  let at = 0;
  const build = (around: { rep: number; def: number }, path: readonly string[]): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) throw broken('its schema is cut');
    if (path.length > MAX_DEPTH) throw tooMuch(`nests columns deeper than ${MAX_DEPTH}`, FLATTER);
    const isRoot = at === 1;
    const repeated = !isRoot && element.repetition === 'REPEATED';
    const rep = around.rep + (repeated ? 1 : 0);
    const def = around.def + (!isRoot && element.repetition !== 'REQUIRED' ? 1 : 0);
    if (element.type !== undefined && element.children === 0) {
      const leaf = {
        element,
        children: [],
        rep,
        def,
        leaf: leaves.length,
        path: toPath([...path, element.name]),
      };
      if (leaves.push(leaf) > MAX_COLUMNS) throw tooMuch(`has more than ${MAX_COLUMNS} columns`, FLATTER);
      return leaf;
    }
    if (element.children < 1 && !isRoot) throw broken('a record in its schema has no fields');
    const children: SchemaNode[] = [];
    const below = isRoot ? [] : [...path, element.name];
    for (let i = 0; i < element.children; i++) children.push(build({ rep, def }, below));
    return { element, children, rep, def };
  };
  const root = build({ rep: 0, def: 0 }, []);
  if (root.leaf !== undefined) throw broken('its schema has no columns');
  return { root, leaves };
}

const FLATTER = 'Write the file without it, or export the data as CSV or JSON.';

/** Names may have dots. */
export const toPath = (names: readonly string[]): string => names.join('\u0000');

export const isRepeated = ({ element }: SchemaNode): boolean => element.repetition === 'REPEATED';

export function isListLike(node: SchemaNode): boolean {
  const { converted, logical } = node.element;
  const [repeated] = node.children;
  if (converted !== 'LIST' && logical?.type !== 'LIST') return false;
  if (node.children.length !== 1 || repeated === undefined) return false;
  return isRepeated(repeated) && repeated.children.length <= 1;
}

export function isMapLike(node: SchemaNode): boolean {
  const { converted, logical } = node.element;
  const [entry] = node.children;
  const named = converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP';
  if (!named || node.children.length !== 1 || entry === undefined || !isRepeated(entry)) return false;
  const [key, value] = entry.children;
  if (key === undefined || value === undefined || entry.children.length > 2) return false;
  return key.leaf !== undefined && !isRepeated(key) && !isRepeated(value);
}
