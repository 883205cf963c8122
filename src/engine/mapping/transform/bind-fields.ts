// What the fields of a mapping and of its parts have in common when they are bound to a source.
import { mergeSpellings } from '../../../foundation/cells/value-spelling.js';
import type { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { type BindOptions, type BoundTarget, findColumn } from '../bind-mapping.js';
import type { Mapping } from '../mapping.js';
import { mappingError } from '../mapping-errors.js';
import { type MappingPlace, toPointer } from '../mapping-file.js';
import type { ResolvedField } from '../mapping-problems.js';
import { type CelExpression, CelProblem, compileCel } from './cel-expression.js';
import { compileField, FieldProblem, type FieldProgram } from './field-program.js';

export interface BoundFields {
  readonly targets: readonly BoundTarget[];
  readonly programs: readonly FieldProgram[];
}

export interface Sayings {
  readonly place: MappingPlace;
  readonly warnings: string[];
  /** How values are spelled, but for what fields say of their own. */
  readonly spellings: {
    readonly run: BindOptions['spelling'];
    readonly mapping: Mapping['spelling'];
    readonly detected: BindOptions['detected'];
  };
}

/** `offset`: how many columns the mapped batch has before those of the fields. */
export function bindFields(
  resolved: readonly ResolvedField[],
  where: string,
  context: Parameters<typeof compileField>[1],
  empty: BoundTarget['empty'],
  offset: number,
  { place, warnings, spellings }: Sayings,
): BoundFields {
  const programs: FieldProgram[] = [];
  const targets = resolved.flatMap(({ mapped, target, index }): readonly BoundTarget[] => {
    const about = { path: target.path, empty: mapped.empty ?? empty };
    if (mapped.value !== undefined) return [{ ...about, source: { constant: mapped.value } }];
    try {
      programs.push(compileField(mapped, context));
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      // A column that is missing may be meant to be: other files of the same kind have it.
      if (error.kind !== 'missing' || error.key !== 'column')
        throw toFieldError(error, place, `${where}[${index}]`);
      if (mapped.default !== undefined) return [{ ...about, source: { constant: mapped.default } }];
      warnings.push(`${error.message} for ${mapped.field}.`);
      return [];
    }
    const { copies } = programs.at(-1)!;
    // What steps made of a cell is not what was detected.
    const detected = typeof copies === 'number' ? spellings.detected?.[context.columns[copies]!] : undefined;
    const spelling = mergeSpellings(mapped.spelling, spellings.run, spellings.mapping, detected);
    return [
      {
        ...about,
        source: { column: offset + programs.length - 1 },
        ...(mapped.default === undefined ? {} : { fallback: mapped.default }),
        ...(spelling === undefined ? {} : { spelling }),
      },
    ];
  });
  return { targets, programs };
}

export function compileWhen(
  text: string | undefined,
  key: string,
  columns: readonly string[],
  place: MappingPlace,
): CelExpression | undefined {
  if (text === undefined) return undefined;
  try {
    const expression = compileCel(text, { value: false });
    for (const name of expression.columns) needColumn(name, key, columns, place);
    if (expression.type === 'bool' || expression.type === 'dyn') return expression;
    throw new CelProblem(
      `a condition is true or false, this is a ${expression.type}`,
      'Compare it: row["Type"] == "simple".',
    );
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    throw toPartError(
      209,
      { detail: error.message, ...(error.hint ? { hint: error.hint } : {}) },
      place,
      key,
    );
  }
}

export function needColumn(
  name: string,
  key: string,
  columns: readonly string[],
  place: MappingPlace,
): number {
  const found = findColumn(columns, name);
  if (found !== undefined) return found;
  throw toPartError(301, { detail: `The source has no column ${name}` }, place, key);
}

function toFieldError(error: FieldProblem, place: MappingPlace, where: string): DovetailError {
  const number = error.kind === 'expression' ? 209 : error.kind === 'source' ? 212 : 301;
  const about = { detail: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return toPartError(number, about, place, `${where}.${error.key}`);
}

export function toPartError(
  number: Parameters<typeof mappingError>[0],
  about: { readonly detail: string; readonly hint?: string },
  place: MappingPlace,
  where: string,
): DovetailError {
  return mappingError(number, {
    detail: `${about.detail}.`,
    ...(about.hint === undefined ? {} : { hint: about.hint }),
    pointer: { ...toPointer(place, where), field: where },
  });
}
