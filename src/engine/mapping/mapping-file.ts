// Mappings written by people, in YAML or JSON: read with the line of every key, so that whatever is wrong can be found.
import { readFile } from 'node:fs/promises';
import type { Node } from 'yaml';
import { ShapeComplaint } from '../../foundation/config/shape.js';
import { lazyLibrary } from '../../foundation/lifecycle/lazy-library.js';
import type { MappedField, MappedPart, Mapping } from './mapping.js';
import { mappingError } from './mapping-errors.js';
import { mappingShape } from './mapping-shape.js';

const yaml = lazyLibrary<typeof import('yaml')>('yaml');

/** Where the keys of a mapping stand, for errors found later. Empty for a mapping that was made by a program. */
export interface MappingPlace {
  readonly file?: string;
  /** Lines from 1 by key: `strategy`, `fields[2]`, `fields[2].column`. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface PlacedMapping {
  readonly mapping: Mapping;
  readonly place: MappingPlace;
}

/** A mapping file may be written by anyone: aliases must not make it grow without bound. */
const MAX_ALIASES = 1000;

/** Reads a mapping file, YAML or JSON. Throws MAPPING-101 (file), 102 (syntax), 103 (content), each with its line. */
export async function readMappingFile(path: string): Promise<PlacedMapping> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw mappingError(101, { detail: `${path}: ${why}.`, pointer: { file: path }, cause });
  });
  return readMappingText(text, path);
}

/** Reads a mapping from text, YAML or JSON. `file` is only named in errors. Throws MAPPING-102 and 103. */
export function readMappingText(text: string, file?: string): PlacedMapping {
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = yaml();
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = counter.linePos(problem.pos[0]);
    throw mappingError(102, {
      detail: `Line ${line}, character ${col}: ${problem.message}.`,
      pointer: { ...(file === undefined ? {} : { file }), line },
    });
  }
  const lines = new Map<string, number>();
  let aliases = 0;

  const toPlain = (node: Node | null, where: string): unknown => {
    if (node?.range && !lines.has(where)) lines.set(where, counter.linePos(node.range[0]).line);
    if (isAlias(node)) {
      if (++aliases > MAX_ALIASES) throw new ShapeComplaint(where, `more than ${MAX_ALIASES} aliases`);
      return toPlain((node.resolve(document) as Node | undefined) ?? null, where);
    }
    if (isSeq(node)) return node.items.map((item, i) => toPlain(item as Node, `${where}[${i}]`));
    if (isMap(node)) {
      return Object.fromEntries(
        node.items.map((pair) => {
          const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
          const at = where === '' ? key : `${where}.${key}`;
          const range = isScalar(pair.key) ? pair.key.range : undefined;
          if (range) lines.set(at, counter.linePos(range[0]).line);
          return [key, toPlain(pair.value as Node | null, at)];
        }),
      );
    }
    // Digits as they are written: 1.10 is not 1.1, and an article number may be longer than a double is exact.
    if (isScalar(node))
      return typeof node.value === 'number' ? (node.source ?? String(node.value)) : node.value;
    return null;
  };

  const place: MappingPlace = { ...(file === undefined ? {} : { file }), lines };
  try {
    return { mapping: mappingShape(toPlain(document.contents, ''), ''), place };
  } catch (error) {
    throw toMappingError(error, place);
  }
}

/** Checks plain data, such as a mapping kept with a run. Throws MAPPING-103. */
export function readMappingData(data: unknown): Mapping {
  try {
    return mappingShape(data, '');
  } catch (error) {
    throw toMappingError(error, { lines: new Map() });
  }
}

function toMappingError(error: unknown, place: MappingPlace): unknown {
  if (!(error instanceof ShapeComplaint)) return error;
  return mappingError(103, {
    detail: `${error.message}.`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    pointer: toPointer(place, error.where),
  });
}

/** Where a key stands: its own line, else that of what it is part of. */
export function toPointer(
  place: MappingPlace,
  where: string,
): { readonly file?: string; readonly line?: number; readonly field?: string } {
  const file = place.file === undefined ? {} : { file: place.file };
  let at = where;
  while (at !== '' && !place.lines.has(at)) {
    at = at.slice(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['), 0));
  }
  const line = place.lines.get(at);
  return { ...file, ...(line === undefined ? {} : { line }), field: where };
}

/** The mapping as YAML that reads back as the same mapping. */
export function toYaml(mapping: Mapping): string {
  const {
    entity,
    strategy,
    identity,
    empty,
    onDuplicate,
    spelling,
    when,
    fill,
    rows,
    documents,
    fields,
    many,
    ignore,
  } = mapping;
  const ordered = {
    entity,
    strategy,
    identity,
    empty,
    onDuplicate,
    spelling,
    when,
    fill,
    rows,
    documents,
    fields: fields.map(toOrdered),
    many: many && Object.fromEntries(Object.entries(many).map(([name, part]) => [name, toOrderedPart(part)])),
    ignore,
  };
  return yaml().stringify(JSON.parse(JSON.stringify(ordered)), { lineWidth: 0 });
}

const toOrderedPart = ({ fields, ...part }: MappedPart): MappedPart => ({
  ...part,
  fields: fields.map(toOrdered),
});

function toOrdered(mapped: MappedField): MappedField {
  const { column, field, ...rest } = mapped;
  return { ...(column === undefined ? {} : { column }), field, ...rest };
}
