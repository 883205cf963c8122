// Before anything is written: the source is known, its format detected, its columns bound, the plan made and told.
import { randomInt } from 'node:crypto';
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import { completeDetection, detectFormat, readFormat } from '../../../engine/formats/index.js';
import { type OpenSource, openSource } from '../../../engine/formats/source-bytes.js';
import type { Detection, ReadRequest } from '../../../engine/formats/table-format.js';
import {
  bindMapping,
  type ColumnMatches,
  exportColumns,
  type Mapping,
  matchColumns,
  readMappingFile,
  toExportMapping,
  toMapping,
  toWholeColumns,
} from '../../../engine/mapping/index.js';
import { type Origin, planWrite, type WritePlan } from '../../../engine/records/index.js';
import type { ImportCall, ImportPlan } from './import-call.js';
import { importError } from './import-errors.js';
import {
  DEFAULT_CHUNK_ROWS,
  DEFAULT_REMOVAL_LIMIT,
  DEFAULT_UNDO,
  DEFAULT_WRITERS,
  type ImportSettings,
  toErrorLimit,
} from './import-settings.js';
import { forgetSource, type KnownFile, keepSource } from './source-file.js';

export interface PreparedImport {
  readonly settings: ImportSettings;
  readonly plan: ImportPlan;
}

/** Reads the beginning of the source (the whole of it once, to know it again) and decides everything. Writes nothing. */
export async function prepareImport(
  call: ImportCall,
  catalog: Catalog,
  spoolFolder: string,
): Promise<PreparedImport> {
  const follow = (bytes: number, totalBytes: number | undefined) =>
    call.onProgress({
      phase: 'reading',
      rows: 0,
      bytes,
      ...(totalBytes === undefined ? {} : { totalBytes }),
    });
  const file = await keepSource(call.source, spoolFolder, call.signal, follow, call.member);
  try {
    return await prepareFile(call, catalog, file);
  } catch (error) {
    // Refused: nobody will come back for our copy.
    await forgetSource(file);
    throw error;
  }
}

async function prepareFile(call: ImportCall, catalog: Catalog, file: KnownFile): Promise<PreparedImport> {
  const whole = await listWholeKeys(call, catalog);
  const { detection, columns: found } = await inspectSource(file, call, whole);
  const empty = found.length === 0;
  const columns = empty ? await columnsOfNothing(call, catalog) : found;
  const { mapping, matches } = await chooseMapping(call, catalog, columns);
  const settings = toSettings(call, file, detection, columns, mapping, catalog);
  const warnings = empty
    ? ['The source has no records.']
    : [...boundWarnings(settings, catalog), ...mappedWarnings(matches)];
  planFor(settings, catalog, { kind: 'import', id: 'check' });
  return {
    settings,
    plan: {
      source: file.name,
      says: detection.says,
      entity: settings.entity,
      strategy: settings.strategy,
      identity: settings.identity,
      columns: empty ? [] : describeColumns(columns, mapping, matches),
      warnings,
    },
  };
}

/** What the source is, and every column it has. Sources without a header are read through for their columns. */
async function inspectSource(
  file: KnownFile,
  call: ImportCall,
  whole: readonly string[],
): Promise<{ detection: Detection; columns: readonly string[] }> {
  const source = await openSource({ path: file.path });
  try {
    const first = detectFormat(source.sample, {
      name: file.name,
      whole: source.whole,
      given: call.formatOptions,
      ...(call.format === undefined ? {} : { format: call.format }),
    });
    const detected = await completeDetection(first, source.file, call.formatOptions);
    const format = readFormat(detected.format);
    const keeps = format.describeOptions.some((option) => option.name === 'whole');
    const detection =
      keeps && whole.length > 0 ? { ...detected, options: { ...detected.options, whole } } : detected;
    let columns: readonly string[] = [];
    const { options } = detection;
    for await (const batch of format.read({ bytes: source.bytes(), ...withFile(source), options })) {
      columns = batch.columns;
      if (!format.columnsGrow) break;
      call.signal.throwIfAborted();
    }
    return { detection, columns };
  } finally {
    await source.close();
  }
}

const withFile = ({ file }: OpenSource): Pick<ReadRequest, 'file'> => (file === undefined ? {} : { file });

/** Keys of typed sources whose objects are values of JSON fields, not groups of columns. */
async function listWholeKeys(call: ImportCall, catalog: Catalog): Promise<readonly string[]> {
  const said = call.formatOptions['whole'];
  if (said !== undefined && said !== null) return Array.isArray(said) ? said : [String(said)];
  if (call.mapping !== undefined) {
    const { mapping } = await readMappingFile(call.mapping);
    const columns = mapping.fields.flatMap((field) => (field.column === undefined ? [] : [field.column]));
    return columns.filter((column) => !columns.some((other) => other.startsWith(`${column}.`)));
  }
  if (call.entity === undefined) return [];
  const entity = findEntity(catalog, call.entity);
  const relations = new Set(entity.relations.map((relation) => relation.name));
  return toWholeColumns(entity).filter((name) => !relations.has(name));
}

/** A source without records shows no columns: it is taken to have all that the mapping, or else an export, has. */
async function columnsOfNothing(call: ImportCall, catalog: Catalog): Promise<readonly string[]> {
  if (call.mapping !== undefined) {
    const { mapping } = await readMappingFile(call.mapping);
    return mapping.fields.flatMap(({ column }) => (column === undefined ? [] : [column]));
  }
  if (call.entity === undefined) return [];
  const entity = findEntity(catalog, call.entity);
  return exportColumns(toExportMapping(catalog, entity, { full: false }), catalog).map(
    ({ header }) => header,
  );
}

async function chooseMapping(
  call: ImportCall,
  catalog: Catalog,
  columns: readonly string[],
): Promise<{ mapping: Mapping; matches?: ColumnMatches }> {
  if (call.mapping !== undefined) {
    const { mapping, place } = await readMappingFile(call.mapping);
    bindMapping(mapping, catalog, columns, { place, lenient: true });
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
    ...(call.identity ? { identity: call.identity } : {}),
    ...(call.create ? { create: call.create } : {}),
  });
  if (matches.matched.length === 0) {
    throw importError(104, {
      detail: `None of the columns ${columns.slice(0, 12).join(', ')} fits a field of ${entity.name}.`,
      hint: `\`dovetail entities show ${entity.name}\` lists its fields. Is the header in another line? Set --header; name columns with --mapping.`,
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
): ImportSettings {
  const entity = findEntity(catalog, mapping.entity);
  const limit = call.onError === 'stop' ? { count: 0 } : call.maxErrors && toErrorLimit(call.maxErrors);
  return {
    source: { ...file, columns },
    format: detection.format,
    formatOptions: detection.options,
    entity: entity.name,
    mapping,
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
    undoRows: call.undoRows ?? DEFAULT_UNDO.rows,
  };
}

/** The write plan of the settings: the same at every resume. */
export function planFor(settings: ImportSettings, catalog: Catalog, origin: Origin): WritePlan {
  const entity = findEntity(catalog, settings.entity);
  // What the run says about empty cells wins over what the mapping says as a whole, never over what it says of a field.
  const mapping = { ...settings.mapping, empty: settings.empty };
  const bound = bindMapping(mapping, catalog, settings.source.columns, { lenient: true });
  return planWrite({
    catalog,
    entity,
    targets: bound.targets,
    strategy: settings.strategy,
    identity: settings.identity,
    onDuplicate: settings.onDuplicate,
    create: [...new Set([...bound.create, ...settings.create])],
    origin,
  });
}

function boundWarnings(settings: ImportSettings, catalog: Catalog): readonly string[] {
  return bindMapping(settings.mapping, catalog, settings.source.columns, { lenient: true }).warnings;
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
    const field = mapping.fields.find((candidate) => candidate.column === column);
    return field
      ? { column, field: field.field, reason: 'by the mapping' }
      : {
          column,
          reason: mapping.ignore?.includes(column) ? 'ignored by the mapping' : 'not in the mapping',
        };
  });
}
