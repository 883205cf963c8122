// Which columns of a source a mapping speaks of, and for what.
import type { MappedField, Mapping } from '../mapping.js';
import { CelProblem, compileCel } from './cel-expression.js';
import { findPattern, placeholderOf } from './column-pattern.js';

/** Every column that the mapping names, placeholders as they are written. */
export function listSourceColumns(mapping: Mapping): readonly string[] {
  const parts = Object.values(mapping.many ?? {});
  const named = [
    ...mapping.fields.flatMap(columnsOfField),
    ...parts.flatMap((part) => [
      ...(part.each ? [part.each.column] : []),
      ...part.fields.flatMap(columnsOfField),
      ...columnsOfCel(part.when, false),
    ]),
    ...columnsOfCel(mapping.when, false),
    ...(mapping.rows ? [mapping.rows.key] : []),
    ...(mapping.fill ?? []),
  ];
  return [...new Set(named)];
}

const columnsOfField = (field: MappedField): readonly string[] => [
  ...(field.column === undefined ? [] : [field.column]),
  ...(field.columns ?? []),
  ...columnsOfCel(field.cel, false),
  ...(field.steps ?? []).flatMap((step) =>
    typeof step === 'object' && 'cel' in step ? columnsOfCel(step.cel, true) : [],
  ),
];

function columnsOfCel(text: string | undefined, value: boolean): readonly string[] {
  if (text === undefined) return [];
  try {
    return compileCel(text, { value }).columns;
  } catch (error) {
    // Whoever checks the mapping says what is wrong with it.
    if (error instanceof CelProblem) return [];
    throw error;
  }
}

/** What a column of the source is for, `sku` or `images.url`; undefined if the mapping does not name it. */
export function describeColumn(mapping: Mapping, column: string): string | undefined {
  const takes = (field: MappedField): boolean =>
    columnsOfField(field).some(
      (name) =>
        name === column ||
        (placeholderOf(name) !== undefined && findPattern([column], [name])!.met.length > 0),
    );
  const own = mapping.fields.filter(takes).map((field) => field.field);
  const parts = Object.entries(mapping.many ?? {}).flatMap(([name, part]) => [
    ...(part.each?.column === column ? [name] : []),
    ...part.fields.filter(takes).map((field) => `${name}.${field.field}`),
  ]);
  const all = [...own, ...parts];
  if (all.length > 0) return all.join(', ');
  return listSourceColumns(mapping).includes(column) ? 'a condition' : undefined;
}
