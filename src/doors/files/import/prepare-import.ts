// Before anything is written: the source is known, its format detected, its columns bound, the plan made and told.
import { randomInt } from 'node:crypto';
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import { lookAtSource } from '../../../engine/formats/look-at-source.js';
import { guessSpellings, toSpellings } from '../../../engine/formats/spelling/guess-spellings.js';
import type { Detection } from '../../../engine/formats/table-format.js';
import {
  bindMapping,
  bindTransform,
  type ColumnMatches,
  describeColumn,
  exportColumns,
  isRich,
  listSourceColumns,
  type Mapping,
  matchColumns,
  readSynonyms,
  toExportMapping,
  toMapping,
  toWholeColumns,
} from '../../../engine/mapping/index.js';
import { mergeSpellings } from '../../../foundation/cells/value-spelling.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { hasFileFields } from '../file-fields/file-field-step.js';
import { type OpenedMapping, openMapping } from '../mappings/open-mapping.js';
import type { ImportCall, ImportPlan } from './import-call.js';
import { importError } from './import-errors.js';
import { mappedColumns, plansFor } from './import-plans.js';
import {
  type BatchSettings,
  DEFAULT_CHUNK_ROWS,
  DEFAULT_REMOVAL_LIMIT,
  DEFAULT_UNDO,
  DEFAULT_WRITERS,
  type ImportSettings,
  toErrorLimit,
} from './import-settings.js';
import { saySpellings, spelledColumns, toRunSpelling } from './run-spelling.js';
import { forgetSource, type KnownFile, keepSource, withoutArchive } from './source-file.js';

export interface PreparedImport {
  readonly settings: ImportSettings;
  readonly plan: ImportPlan;
  /** Of the source, for an import that begins at once. */
  readonly stamp?: string;
}

/** Reads the beginning of the source (the whole of it once, to know it again) and decides everything. Writes nothing. */
export async function prepareImport(
  call: ImportCall,
  catalog: Catalog,
  db: Queryable,
  spoolFolder: string,
): Promise<PreparedImport> {
  const follow = (bytes: number, totalBytes: number | undefined) =>
    call.onProgress({
      phase: 'reading',
      rows: 0,
      bytes,
      ...(totalBytes === undefined ? {} : { totalBytes }),
    });
  const { stamp, ...file } = await keepSource(call.source, spoolFolder, call.signal, follow, call.member);
  try {
    const prepared = await prepareFile(call, catalog, db, file);
    return stamp === undefined ? prepared : { ...prepared, stamp };
  } catch (error) {
    // Refused: nobody will come back for our copy.
    await forgetSource(file);
    throw error;
  }
}

/** How a call is mapped where that is not found out: by what is given, or by a mapping made for the source's columns. */
export type MappingMaker =
  | { readonly given: OpenedMapping; readonly batch: BatchSettings }
  | { readonly make: (columns: readonly string[]) => MadeMapping };

export interface MadeMapping {
  readonly mapping: Mapping;
  /** The source's, and those that are put behind them. */
  readonly columns: readonly string[];
  readonly batch: BatchSettings;
}

/** The same for a file that is known already. */
export async function prepareFile(
  call: ImportCall,
  catalog: Catalog,
  db: Queryable,
  file: KnownFile,
  maker?: MappingMaker,
): Promise<PreparedImport> {
  const { mapping: path, mappingName } = call;
  const given =
    path === undefined
      ? maker && 'given' in maker
        ? maker.given
        : undefined
      : await openMapping(db, {
          mapping: path,
          ...(call.text === undefined ? {} : { text: call.text }),
          ...(mappingName === undefined ? {} : { mappingName }),
        });
  const whole = listWholeKeys(call, catalog, given);
  const { detection, columns: found, first } = await lookAtSource(file, call, whole);
  const empty = found.length === 0;
  const makes = maker !== undefined && 'make' in maker;
  const named = empty && !makes ? columnsOfNothing(call, catalog, given) : found;
  const { mapping, matches, columns, batch }: ChosenMapping = makes
    ? maker.make(named)
    : { columns: named, ...maker, ...(await chooseMapping(call, catalog, db, named, given, detection)) };
  const spelling = toRunSpelling(call, detection);
  const stated: ImportSettings = {
    ...toSettings(call, file, detection, columns, mapping, catalog, given),
    ...(spelling === undefined ? {} : { spelling }),
    ...(batch === undefined ? {} : { batch }),
  };
  const origin = { kind: 'import', id: 'check' } as const;
  const counts = spelledColumns(plansFor(stated, catalog, origin));
  const guesses =
    first === undefined ? [] : guessSpellings(first, mergeSpellings(call.spelling, mapping.spelling), counts);
  const known: ImportSettings = { ...stated, detectedSpellings: toSpellings(guesses) };
  const plans = plansFor(known, catalog, origin);
  const settings = hasFileFields(plans) ? known : { ...known, source: await withoutArchive(known.source) };
  const warnings = empty ? ['The source has no records.'] : [...plans.warnings, ...mappedWarnings(matches)];
  const spelled = saySpellings(guesses, plans);
  return {
    settings,
    plan: {
      source: file.name,
      says: [...detection.says, ...spelled.says],
      entity: settings.entity,
      strategy: settings.strategy,
      identity: settings.identity,
      columns: empty ? [] : describeColumns(columns, mapping, matches),
      warnings: [...warnings, ...spelled.open],
    },
  };
}

/** Keys of typed sources whose objects are values of JSON fields, not groups of columns. */
function listWholeKeys(
  call: ImportCall,
  catalog: Catalog,
  given: OpenedMapping | undefined,
): readonly string[] {
  const said = call.formatOptions['whole'];
  if (said !== undefined && said !== null) return Array.isArray(said) ? said : [String(said)];
  if (given) {
    const columns = listSourceColumns(given.mapping);
    return columns.filter((column) => !columns.some((other) => other.startsWith(`${column}.`)));
  }
  if (call.entity === undefined) return [];
  const entity = findEntity(catalog, call.entity);
  return toWholeColumns(entity);
}

/** A source without records shows no columns: it is taken to have all that the mapping, or else an export, has. */
function columnsOfNothing(
  call: ImportCall,
  catalog: Catalog,
  given: OpenedMapping | undefined,
): readonly string[] {
  if (given) return listSourceColumns(given.mapping);
  if (call.entity === undefined) return [];
  const entity = findEntity(catalog, call.entity);
  return exportColumns(toExportMapping(catalog, entity, { full: false }), catalog).map(
    ({ header }) => header,
  );
}

interface ChosenMapping extends Omit<MadeMapping, 'batch'> {
  readonly matches?: ColumnMatches;
  readonly batch?: BatchSettings;
}

async function chooseMapping(
  call: ImportCall,
  catalog: Catalog,
  db: Queryable,
  columns: readonly string[],
  given: OpenedMapping | undefined,
  { header }: Detection,
): Promise<Pick<ChosenMapping, 'mapping' | 'matches'>> {
  if (given) {
    const { mapping, place } = given;
    if (isRich(mapping))
      bindTransform(mapping, catalog, mappedColumns(mapping, columns), { place, lenient: true });
    else bindMapping(mapping, catalog, columns, { place, lenient: true });
    return { mapping: call.entity === undefined ? mapping : { ...mapping, entity: call.entity } };
  }
  if (call.entity === undefined) {
    throw importError(103, {
      detail: 'Nothing says which entity the source is for.',
      hint: 'Name it with --entity, or a mapping that does with --mapping. `dovetail entities` lists them.',
    });
  }
  const entity = findEntity(catalog, call.entity);
  const matches = matchColumns(catalog, entity, columns, {
    learned: await readSynonyms(db, entity.name),
    ...(call.identity ? { identity: call.identity } : {}),
    ...(call.create ? { create: call.create } : {}),
  });
  if (matches.matched.length === 0) {
    throw importError(104, {
      detail: `None of the columns ${columns.slice(0, 12).join(', ')} fits a field of ${entity.name}.`,
      hint:
        `\`dovetail entities show ${entity.name}\` lists its fields. ` +
        (header?.present === false
          ? 'The source seems to have no header: name its columns in their order with --columns; or set --header if there is one.'
          : 'Is the header in another line? Set --header; name columns with --mapping.'),
    });
  }
  return { mapping: toMapping(entity, matches), matches };
}

function toSettings(
  call: ImportCall,
  file: KnownFile,
  detection: Detection,
  columns: readonly string[],
  mapping: Mapping,
  catalog: Catalog,
  given: OpenedMapping | undefined,
): ImportSettings {
  const entity = findEntity(catalog, mapping.entity);
  const limit = call.onError === 'stop' ? { count: 0 } : call.maxErrors && toErrorLimit(call.maxErrors);
  return {
    source: { ...file, columns },
    ...(call.upload === undefined ? {} : { upload: call.upload }),
    format: detection.format,
    formatOptions: detection.options,
    entity: entity.name,
    mapping,
    ...(given ? { mappingName: given.name } : {}),
    ...(given?.version === undefined ? {} : { mappingVersion: given.version }),
    strategy: call.strategy ?? mapping.strategy ?? 'add_or_update',
    identity: call.identity ?? mapping.identity ?? entity.identity,
    empty: call.empty ?? mapping.empty ?? 'leave',
    onDuplicate: call.onDuplicate ?? mapping.onDuplicate ?? 'last',
    create: call.create ?? [],
    errorLimit: limit ?? null,
    removalLimit: call.removalLimit ?? DEFAULT_REMOVAL_LIMIT,
    removalConfirmed: false,
    writers: call.writers ?? DEFAULT_WRITERS,
    seed: randomInt(2 ** 31),
    chunkRows: call.chunkRows ?? DEFAULT_CHUNK_ROWS,
    failedRows: call.failedRows ?? null,
    ...(call.filesFrom === undefined ? {} : { filesFrom: call.filesFrom }),
    undoRows: call.undoRows ?? DEFAULT_UNDO.rows,
  };
}

function mappedWarnings(matches: ColumnMatches | undefined): readonly string[] {
  const guesses = matches?.matched.filter((match) => match.confidence < 0.8) ?? [];
  return guesses.map((match) => `${match.column} → ${match.field} is a guess: ${match.reason}.`);
}

function describeColumns(
  columns: readonly string[],
  mapping: Mapping,
  matches: ColumnMatches | undefined,
): ImportPlan['columns'] {
  return columns.map((column, index) => {
    const match = matches?.matched.find((candidate) => candidate.index === index);
    if (match) return { column, field: match.field, reason: match.reason };
    const left = matches?.ignored.find((candidate) => candidate.index === index);
    if (left) return { column, reason: left.reason };
    const open = matches?.unmatched.find((candidate) => candidate.index === index);
    if (open) return { column, reason: open.hint ?? 'no field fits' };
    const field = describeColumn(mapping, column);
    return field !== undefined
      ? { column, field, reason: 'by the mapping' }
      : {
          column,
          reason: mapping.ignore?.includes(column) ? 'ignored by the mapping' : 'not in the mapping',
        };
  });
}
