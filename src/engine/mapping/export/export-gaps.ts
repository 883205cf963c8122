// What an export with a mapping leaves out, and why: said when the mapping is checked, so that nobody misses it later.
import type { Mapping } from '../mapping.js';
import { whyNotShared, whyNotSpread } from './column-writers.js';
import { whyPartImportOnly } from './part-columns.js';
import { whyImportOnly } from './step-inverse.js';

export interface ExportGap {
  /** The key in the mapping: `fields[2]`. */
  readonly where: string;
  readonly field: string;
  /** In words. */
  readonly why: string;
}

/** Fields that only an import knows though they do not say so. */
export function listExportGaps(mapping: Mapping): readonly ExportGap[] {
  const own = mapping.fields.flatMap((field, i): readonly ExportGap[] => {
    if (field.value !== undefined || (field.direction ?? 'both') !== 'both') return [];
    const why = whyImportOnly(field) ?? whyNotSpread(field) ?? whyNotShared(mapping.fields, field);
    return why === undefined ? [] : [{ where: `fields[${i}]`, field: field.field, why }];
  });
  const ofParts = Object.entries(mapping.many ?? {}).flatMap(([name, part]) =>
    part.fields.flatMap((field, i): readonly ExportGap[] => {
      const why = whyPartImportOnly(part, field);
      return why === undefined
        ? []
        : [{ where: `many.${name}.fields[${i}]`, field: `${name}.${field.field}`, why }];
    }),
  );
  const whole: readonly ExportGap[] = [
    ...(mapping.documents === undefined
      ? []
      : [
          {
            where: 'documents',
            field: 'documents',
            why: 'records are written as the columns below, not reshaped back',
          },
        ]),
    ...(mapping.when === undefined
      ? []
      : [{ where: 'when', field: 'when', why: 'an export writes every record; give it --where' }]),
  ];
  return [...whole, ...own, ...ofParts];
}
