// The columns an export writes for records that belong to a record: numbered ones, a list in one cell, or rows of their own.
import { isExported, type MappedField, type MappedPart } from '../mapping.js';
import { mappingError } from '../mapping-errors.js';
import { fillPattern, placeholderOf } from '../transform/column-pattern.js';
import { joinList, packPairs, undoSteps, whyImportOnly } from './step-inverse.js';

/** The records of one part, each as the values of the part's read paths. */
export type PartRecords = readonly (readonly (string | null)[])[];

/** What is read of a part and what becomes of it. */
export interface PartExport {
  readonly name: string;
  readonly part: MappedPart;
  /** Fields that are read, in this order. */
  readonly fields: readonly MappedField[];
  readonly headers: readonly string[];
  /** True if the one column holds JSON. */
  readonly json?: boolean;
  /** Of all records of one owner: the cells of `headers`, one row; or, with `rows`, a row for each. */
  readonly write: (records: PartRecords) => readonly (readonly (string | null)[])[];
}

/** How many columns there are: what the placeholder met in the stored records, or how many of them one owner has at most. */
export interface PartExtent {
  readonly values: readonly string[];
  readonly most: number;
}

/** The field whose stored value stands for the placeholder. */
export const findPlaceField = (part: MappedPart): MappedField | undefined => {
  const placeholder = part.fields
    .map((field) => placeholderOf(field.column ?? ''))
    .find((found) => found !== undefined);
  return placeholder === undefined ? undefined : part.fields.find((field) => field.from === placeholder);
};

/** True if the number of columns must be asked for. */
export const needsExtent = (part: MappedPart): boolean =>
  part.each === undefined &&
  part.rows !== true &&
  part.columns === undefined &&
  part.fields.some((field) => placeholderOf(field.column ?? '') !== undefined);

/** Why a field of a part is not written, in words; undefined if it is, or follows from the order. */
export const whyPartImportOnly = (part: MappedPart, field: MappedField): string | undefined => {
  if (field.value !== undefined || (field.direction ?? 'both') !== 'both') return undefined;
  return whyImportOnly(field) ?? whySplit(part, field);
};

// Parts of one item that together are the whole of it are joined again: the names of a path, from the top or from the end.
function whySplit(part: MappedPart, field: MappedField): string | undefined {
  const own = splitOf(field);
  if (own === undefined) return undefined;
  const sharing =
    field.from === 'item' ? part.fields.filter((other) => other.from === 'item' && splitOf(other)) : [];
  const takes = sharing.map((other) => splitOf(other)!.take).sort((a, b) => a - b);
  const whole =
    takes.length > 0 &&
    (takes.every((take, i) => take === i + 1) || takes.every((take, i) => take === i - takes.length)) &&
    sharing.every((other) => splitOf(other)!.by === own.by);
  return whole && takes.length > 1 ? undefined : `split takes only a part of ${field.column ?? 'the item'}`;
}

export function splitOf(field: MappedField): { readonly by: string; readonly take: number } | undefined {
  const step = (field.steps ?? []).find((one) => typeof one === 'object' && 'split' in one);
  return typeof step === 'object' && 'split' in step ? step.split : undefined;
}

export function toPartExport(name: string, part: MappedPart, extent: PartExtent): PartExport {
  const fields = part.fields.filter(
    (field) =>
      field.value === undefined &&
      (field.direction ?? 'both') !== 'import' &&
      field.cel === undefined &&
      whyImportOnly(field) === undefined &&
      whySplit(part, field) === undefined,
  );
  const undone = fields.map((field) => undoSteps(field.steps ?? []));
  const textOf = (record: readonly (string | null)[], i: number): string | null => {
    const value = record[i]!;
    return value === null || value === '' ? value : undone[i]!(value);
  };
  const about = { name, part, fields };
  if (part.each !== undefined) return { ...about, ...listColumn(part, fields, textOf) };
  const named = fields.flatMap((field, i) =>
    isExported(field) && field.column !== undefined ? [{ field, i }] : [],
  );
  if (part.rows === true) {
    return {
      ...about,
      headers: named.map(({ field }) => field.column!),
      write: (records) => records.map((record) => named.map(({ i }) => textOf(record, i))),
    };
  }
  return { ...about, ...patternColumns(name, part, fields, named, extent, textOf) };
}

type TextOf = (record: readonly (string | null)[], i: number) => string | null;

function listColumn(part: MappedPart, fields: readonly MappedField[], textOf: TextOf) {
  const { column, separator = ',', equals } = part.each!;
  const find = (from: string): number => fields.findIndex((field) => field.from === from);
  const [item, name, value] = [find('item'), find('name'), find('value')];
  const keyed = fields.flatMap((field, i) =>
    field.from?.startsWith('item.') ? [{ keys: field.from.slice(5).split('.'), i }] : [],
  );
  const paths = fields
    .flatMap((field, i) => (field.from === 'item' && splitOf(field) ? [{ ...splitOf(field)!, i }] : []))
    .sort((a, b) => a.take - b.take);
  const pathOf = (record: readonly (string | null)[]): readonly string[] => {
    const names = paths.flatMap(({ i }) => textOf(record, i) ?? []).filter((name) => name !== '');
    return names.length === 0 ? [] : [names.join(paths[0]!.by)];
  };
  const write = (records: PartRecords): string | null => {
    if (equals !== undefined) {
      const pairs = records.flatMap((record): readonly (readonly [string, string])[] => {
        const key = name < 0 ? null : textOf(record, name);
        return key === null ? [] : [[key, (value < 0 ? null : textOf(record, value)) ?? '']];
      });
      return packPairs(pairs, separator, equals);
    }
    if (paths.length > 0)
      return joinList(
        records.flatMap((record) => pathOf(record)),
        separator,
      );
    if (item >= 0)
      return joinList(
        records.flatMap((record) => textOf(record, item) ?? []),
        separator,
      );
    if (keyed.length === 0 || records.length === 0) return null;
    return JSON.stringify(
      records.map((record) => toObject(keyed.map(({ keys, i }) => [keys, textOf(record, i)]))),
    );
  };
  const json = equals === undefined && item < 0;
  return { headers: [column], json, write: (records: PartRecords) => [[write(records)]] };
}

function toObject(values: readonly (readonly [readonly string[], string | null])[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [keys, value] of values) {
    if (value === null) continue;
    let into = result;
    for (const key of keys.slice(0, -1)) {
      if (!Object.hasOwn(into, key)) into[key] = {};
      into = into[key] as Record<string, unknown>;
    }
    into[keys.at(-1)!] = value;
  }
  return result;
}

function patternColumns(
  name: string,
  part: MappedPart,
  fields: readonly MappedField[],
  named: readonly { readonly field: MappedField; readonly i: number }[],
  extent: PartExtent,
  textOf: TextOf,
) {
  const place = findPlaceField(part);
  const placeAt = place === undefined ? -1 : fields.indexOf(place);
  const met = toMet(part, placeAt >= 0, extent);
  const headers = met.flatMap((text) => named.map(({ field }) => fillPattern(field.column!, text)));
  const write = (records: PartRecords) => {
    const cells: (string | null)[] = Array.from({ length: headers.length }, () => null);
    records.forEach((record, order) => {
      const text = placeAt >= 0 ? textOf(record, placeAt) : String(order + 1);
      const at = text === null ? -1 : met.indexOf(text);
      if (at < 0) throw noColumn(name, text);
      named.forEach(({ i }, k) => {
        cells[at * named.length + k] = textOf(record, i);
      });
    });
    return [cells];
  };
  return { headers, write };
}

function toMet(part: MappedPart, byValue: boolean, extent: PartExtent): readonly string[] {
  if (Array.isArray(part.columns)) return part.columns;
  const count = typeof part.columns === 'number' ? part.columns : extent.most;
  const numbers = Array.from({ length: count }, (_, i) => String(i + 1));
  if (!byValue || typeof part.columns === 'number') return numbers;
  const { values } = extent;
  return values.every((value) => /^\d+$/.test(value))
    ? [...values].sort((a, b) => Number(a) - Number(b))
    : values;
}

const noColumn = (name: string, text: string | null) =>
  mappingError(213, {
    detail: `There is no column for the ${text ?? 'unnumbered'} of ${name}.`,
    hint: 'Allow more with columns under the part, or leave it out to have as many as there are; then export again.',
    pointer: { field: `many.${name}.columns` },
  });
