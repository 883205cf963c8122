// What a file holds, before anybody decides anything: its format, encoding and columns, its first rows, what looks wrong,
// and how its columns would be matched. Writes nothing, and needs no database as long as nobody asks for the match.
import type { Caller } from '../../../engine/access/index.js';
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import { lookAtSource, type SourceLook } from '../../../engine/formats/look-at-source.js';
import { type ColumnSpelling, guessSpellings } from '../../../engine/formats/spelling/guess-spellings.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import { toWholeColumns } from '../../../engine/mapping/index.js';
import { Cell, type CellBatch, cellText } from '../../../foundation/cells/cell-batch.js';
import type { ValueSpelling } from '../../../foundation/cells/value-spelling.js';
import { forgetSource, type ImportSource, keepSource } from './source-file.js';
import { type EntityFit, type EntityMatch, fitEntities, matchEntity } from './source-match.js';
import { type Suspicion, suspect } from './source-suspicion.js';

export interface InspectCall {
  /** Whose entities it is matched with. Default: all. */
  readonly caller?: Caller;
  readonly source: ImportSource;
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  readonly spelling?: ValueSpelling;
  readonly entity?: string;
  /** How many rows to show. Default 10. */
  readonly rows?: number;
  readonly signal: AbortSignal;
}

export interface SourceReport {
  readonly source: string;
  /** Bytes as it lies there. */
  readonly size: number;
  readonly sha256: string;
  readonly packing: 'gzip' | null;
  readonly format: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly otherFormats: readonly { readonly format: string; readonly confidence: number }[];
  /** Absent for formats that are no text. */
  readonly encoding?: {
    readonly encoding: string;
    readonly confidence: number;
    readonly alternatives: readonly { readonly encoding: string; readonly confidence: number }[];
  };
  /** Absent for formats without headers. */
  readonly header?: { readonly present: boolean; readonly line: number; readonly confidence: number };
  /** Everything that was decided, as the import would be given it. */
  readonly options: FormatOptions;
  /** The same in plain words. */
  readonly says: readonly string[];
  /** From the first rows: at most 2,000. */
  readonly columns: readonly InspectedColumn[];
  readonly rowsRead: number;
  readonly rows: readonly { readonly line: number; readonly cells: readonly (string | null)[] }[];
  readonly suspicious: readonly Suspicion[];
  /** With an entity: where each column would go. */
  readonly match?: EntityMatch;
  /** Without: the entities it fits best. */
  readonly entities?: readonly EntityFit[];
}

export interface InspectedColumn {
  readonly column: string;
  /** What its values seem to be. */
  readonly kind: string;
  readonly spelling?: ValueSpelling;
  readonly says?: string;
  /** Share of blank cells, 0 to 1. */
  readonly blank: number;
  readonly examples: readonly string[];
}

const DEFAULT_ROWS = 10;

/**
 * Inspects a file, or a stream (copied into `spoolFolder` meanwhile). Without a catalog nothing is matched. Throws what
 * detection and reading throw, FILES-102 for a missing file, CATALOG-101 for an unknown entity.
 */
export async function inspectSource(
  call: InspectCall,
  catalog: Catalog | undefined,
  spoolFolder: string,
): Promise<SourceReport> {
  const file = await keepSource(call.source, spoolFolder, call.signal, () => {});
  try {
    const look = await lookAtSource(file, call, listWhole(call, catalog));
    const guesses = look.first === undefined ? [] : guessSpellings(look.first, call.spelling);
    return {
      source: file.name,
      size: file.size,
      sha256: file.sha256,
      packing: look.compressed ? 'gzip' : null,
      ...toFormatPart(look),
      columns: guesses.map(toColumn),
      rowsRead: look.first?.rows ?? 0,
      rows: look.first === undefined ? [] : listRows(look.first, call.rows ?? DEFAULT_ROWS),
      suspicious: suspect(look, guesses, call.spelling),
      ...toMatchPart(call, catalog, look.columns),
    };
  } finally {
    await forgetSource(file);
  }
}

/** Keys of typed sources whose objects are values of the entity's JSON fields. */
function listWhole({ entity }: InspectCall, catalog: Catalog | undefined): readonly string[] {
  if (entity === undefined || catalog === undefined) return [];
  return toWholeColumns(findEntity(catalog, entity));
}

function toFormatPart({ detection, others }: SourceLook) {
  const { format, confidence, options, says, encoding, header } = detection;
  const { encoding: name, confidence: sure, alternatives } = encoding ?? {};
  return {
    format,
    confidence: Math.round(confidence * 100) / 100,
    otherFormats: others,
    ...(name === undefined
      ? {}
      : { encoding: { encoding: name, confidence: sure!, alternatives: alternatives! } }),
    ...(header === undefined ? {} : { header }),
    options,
    says,
  };
}

function toColumn(guess: ColumnSpelling): InspectedColumn {
  const { column, kind, spelling, says, rows, blank, examples } = guess;
  return {
    column,
    kind,
    ...(spelling === undefined ? {} : { spelling }),
    ...(says === undefined ? {} : { says }),
    blank: rows === 0 ? 0 : Math.round((blank / rows) * 100) / 100,
    examples,
  };
}

function listRows(batch: CellBatch, most: number): SourceReport['rows'] {
  return Array.from({ length: Math.min(most, batch.rows) }, (_, row) => ({
    line: batch.lines[row]!,
    cells: batch.columns.map((_name, c) =>
      batch.kind[row * batch.columns.length + c] === Cell.empty ? '' : cellText(batch, row, c),
    ),
  }));
}

function toMatchPart(call: InspectCall, catalog: Catalog | undefined, columns: readonly string[]) {
  if (catalog === undefined || columns.length === 0) return {};
  if (call.entity === undefined) return { entities: fitEntities(catalog, columns) };
  return { match: matchEntity(catalog, findEntity(catalog, call.entity), columns) };
}
