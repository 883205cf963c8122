// From the source's bytes to staged chunks: open, unpack, read, encode.

import { readFormat } from '../../../engine/formats/index.js';
import { expectRows, readBatches } from '../../../engine/formats/read-source.js';
import { openSource } from '../../../engine/formats/source-bytes.js';
import {
  createDocumentStep,
  createReshaper,
  type MappedBatch,
  transformSource,
} from '../../../engine/mapping/index.js';
import { type StagedChunk, StageEncoder } from '../../../engine/records/index.js';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import { leaveExamplesOut } from './example-rows.js';
import type { FileStep } from './file-step.js';
import type { ImportPlans } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import { toTransformHooks } from './mapping-hooks.js';

/** How far the source was read; bytes as they lie there. */
export interface ReadPosition {
  readonly bytes: number;
  readonly size: number | undefined;
  /** Records read. */
  readonly rows: number;
}

/** Batches made of those that a format read, row by row. */
export type BatchShape = (found: AsyncIterable<CellBatch>, signal: AbortSignal) => AsyncIterable<CellBatch>;

const FIRST_CHUNK_ROWS = 2_500;

/**
 * Chunks in source order; `committed`, by partition, are the last rows that are done already. `onSkipped` also tells of rows before
 * them. `files` takes the files that cells ask for. `shape` makes other batches of those that were read.
 * `rehearsal`: of a dry run, whose hooks tell nobody.
 */
export async function* listChunks(
  settings: ImportSettings,
  {
    plan,
    transform,
    rehearsal = false,
  }: Pick<ImportPlans, 'plan' | 'transform'> & { readonly rehearsal?: boolean },
  committed: readonly number[],
  onPosition: (position: ReadPosition) => void,
  onSkipped: (rows: number) => void,
  signal: AbortSignal,
  files?: FileStep,
  shape: BatchShape = (found) => found,
): AsyncGenerator<StagedChunk> {
  const source = await openSource({ path: settings.source.path });
  const { documents } = settings.mapping;
  const reshaper = documents && createReshaper(documents);
  try {
    const format = readFormat(settings.format);
    const found = shape(
      readBatches(source, { format: format.name, options: settings.formatOptions }),
      signal,
    );
    const hooks = {
      ...(transform ? toTransformHooks(plan.entity, transform, signal, rehearsal) : {}),
      ...(reshaper && transform ? { reshape: createDocumentStep(transform.columns, reshaper) } : {}),
    };
    const batches = transform ? mapped(transformSource(transform, found, hooks), onSkipped) : found;
    let encoder: StageEncoder | undefined;
    const done = Math.min(...committed);
    for await (const read of leaveExamplesOut(batches)) {
      const batch = files ? await files.keep(read, done) : read;
      encoder ??= openEncoder(plan, settings, committed, expectRows(batch, source));
      const chunks = encoder.encode(batch);
      const bytes = format.randomAccess ? batch.sourceBytes : source.position();
      onPosition({ bytes, size: source.size, rows: batch.firstRow + batch.rows - 1 });
      yield* chunks;
    }
    if (encoder) yield* encoder.finish();
  } finally {
    await reshaper?.close();
    await source.close();
  }
}

/** What was seen of so many rows takes 40 MB and more: their chunks are smaller, so that the process is not larger. */
const MANY_ROWS = 4_000_000;

function openEncoder(
  plan: ImportPlans['plan'],
  { seed, chunkRows }: ImportSettings,
  committed: readonly number[],
  expectedRows: number,
): StageEncoder {
  return new StageEncoder(plan, {
    partitions: committed.length,
    seed,
    chunkRows: expectedRows > MANY_ROWS ? Math.ceil(chunkRows / 2) : chunkRows,
    firstChunkRows: FIRST_CHUNK_ROWS,
    committed,
    expectedRows,
  });
}

async function* mapped(
  batches: AsyncIterable<MappedBatch>,
  onSkipped: (rows: number) => void,
): AsyncGenerator<CellBatch> {
  for await (const batch of batches) {
    if (batch.skipped > 0) onSkipped(batch.skipped);
    yield batch;
  }
}
