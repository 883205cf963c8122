// The columns an export writes for the record's own fields: mostly one of one field, sometimes several of one, or one of several.
import type { MappedField } from '../mapping.js';
import { fillPattern, placeholderOf } from '../transform/column-pattern.js';
import { packPairs, undoSteps, whyImportOnly } from './step-inverse.js';

export interface WrittenColumn {
  readonly header: string;
  /** Position of the value among those that are read, if it is written as it is. */
  readonly plain?: number;
  readonly write: (values: readonly (string | null)[]) => string | null;
}

export interface OwnField {
  readonly mapped: MappedField;
  /** Position among the values that are read. */
  readonly position: number;
}

/** The columns, in the order in which the mapping names them first. */
export function toColumnWriters(fields: readonly OwnField[]): readonly WrittenColumn[] {
  const done = new Set<string>();
  return fields.flatMap((field): readonly WrittenColumn[] => {
    const { mapped, position } = field;
    if (whyImportOnly(mapped) !== undefined) return [];
    if (mapped.columns !== undefined) return splitColumns(field);
    if (placeholderOf(mapped.column!) !== undefined) return spreadObject(field);
    const header = mapped.column!;
    if (done.has(header)) return [];
    done.add(header);
    const sharing = fields.filter((other) => other.mapped.column === header && takes(other.mapped));
    if (takes(mapped)) return shareColumn(header, sharing);
    const steps = mapped.steps ?? [];
    if (steps.length === 0) return [{ header, plain: position, write: (values) => values[position]! }];
    const undo = undoSteps(steps);
    return [{ header, write: (values) => apply(undo, values[position]!) }];
  });
}

const apply = (undo: (text: string) => string | null, value: string | null): string | null =>
  value === null || value === '' ? value : undo(value);

const takeOf = (field: MappedField): { by: string; take: number } | undefined => {
  const step = (field.steps ?? []).find((one) => typeof one === 'object' && 'split' in one);
  return typeof step === 'object' && 'split' in step ? step.split : undefined;
};

const nameOf = (field: MappedField) => {
  const step = (field.steps ?? []).find((one) => typeof one === 'object' && 'packed' in one);
  const packed = typeof step === 'object' && 'packed' in step ? step.packed : undefined;
  return packed?.take === undefined ? undefined : { ...packed, take: packed.take };
};

const takes = (field: MappedField): boolean => takeOf(field) !== undefined || nameOf(field) !== undefined;

/** Why the parts of a column can't be put together again; undefined if they can. */
export function whyNotShared(fields: readonly MappedField[], field: MappedField): string | undefined {
  const own = takeOf(field);
  if (own === undefined) return undefined;
  const sharing = fields.filter((other) => other.column === field.column && takeOf(other) !== undefined);
  const taken = sharing.map((other) => takeOf(other)!.take).sort((a, b) => a - b);
  const whole =
    taken.every((take, i) => take === i + 1) && sharing.every((other) => takeOf(other)!.by === own.by);
  return whole && taken.length > 1 ? undefined : `split takes only a part of ${field.column}`;
}

function shareColumn(header: string, fields: readonly OwnField[]): readonly WrittenColumn[] {
  const undone = fields.map(({ mapped, position }) => ({
    mapped,
    position,
    undo: undoSteps(mapped.steps ?? []),
  }));
  const [first] = fields;
  const packed = nameOf(first!.mapped);
  if (packed) {
    const { separator = ',', equals = '=' } = packed;
    const write = (values: readonly (string | null)[]): string | null => {
      const pairs = undone.flatMap(({ mapped, position, undo }): readonly (readonly [string, string])[] => {
        const text = apply(undo, values[position]!);
        const name = nameOf(mapped)?.take;
        return text === null || text === '' || name === undefined ? [] : [[name, text]];
      });
      return packPairs(pairs, separator, equals);
    };
    return [{ header, write }];
  }
  const why = whyNotShared(
    fields.map((field) => field.mapped),
    first!.mapped,
  );
  if (why !== undefined) return [];
  const { by } = takeOf(first!.mapped)!;
  const ordered = undone.sort((a, b) => takeOf(a.mapped)!.take - takeOf(b.mapped)!.take);
  const write = (values: readonly (string | null)[]): string | null => {
    const parts = ordered.map(({ position, undo }) => apply(undo, values[position]!) ?? '');
    return parts.every((part) => part === '') ? null : trimEnd(parts).join(by);
  };
  return [{ header, write }];
}

/** Why the columns of a pattern can't be written; undefined if they can. */
export const whyNotSpread = (field: MappedField): string | undefined =>
  field.column === undefined || placeholderOf(field.column) === undefined || field.names !== undefined
    ? undefined
    : `which columns ${field.column} stands for is only known with names`;

/** A JSON object in columns, by the names the mapping gives. */
function spreadObject({ mapped, position }: OwnField): readonly WrittenColumn[] {
  const undo = undoSteps(mapped.steps ?? []);
  return (mapped.names ?? []).map((name) => ({
    header: fillPattern(mapped.column!, name),
    write(values) {
      const object = toObject(values[position]!);
      const value = object && Object.hasOwn(object, name) ? object[name] : null;
      if (value === null || value === undefined) return null;
      return apply(undo, typeof value === 'string' ? value : JSON.stringify(value));
    },
  }));
}

function toObject(text: string | null): Record<string, unknown> | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function trimEnd(parts: readonly string[]): readonly string[] {
  const last = parts.findLastIndex((part) => part !== '');
  return parts.slice(0, last + 1);
}

/** Of the joined text: what stands before each separator, the last column takes the rest. */
function splitColumns({ mapped, position }: OwnField): readonly WrittenColumn[] {
  const join = mapped.join ?? ' ';
  const undo = undoSteps(mapped.steps ?? []);
  const columns = mapped.columns!;
  return columns.map((header, i) => ({
    header,
    write: (values) => {
      const text = apply(undo, values[position]!);
      if (text === null) return null;
      if (join === '') return i === 0 ? text : null;
      const parts = text.split(join);
      const part = i === columns.length - 1 ? parts.slice(i).join(join) : parts[i];
      return part === undefined || part === '' ? null : part;
    },
  }));
}
