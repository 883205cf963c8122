// The beginning of a source: its format, its columns, its first rows. For imports, and for whoever only wants to look.

import { isAscii } from 'node:buffer';
import type { CellBatch } from '../../foundation/cells/cell-batch.js';
import { findFarFooter } from './csv/csv-far-footer.js';
import { findFartherEncoding } from './encoding/farther-encoding.js';
import { completeDetection, detectFormat, listDetections, readFormat } from './index.js';
import { readColumns } from './read-source.js';
import { type OpenSource, openSource } from './source-bytes.js';
import type { Detection, FormatOptions } from './table-format.js';

export interface LookWish {
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  /** True: format and settings are all that there is to know; nothing is looked for. */
  readonly stated?: boolean;
  readonly signal: AbortSignal;
}

export interface SourceLook {
  readonly detection: Detection;
  /** Every column; none if the source has no records. */
  readonly columns: readonly string[];
  /** The first rows. */
  readonly first?: CellBatch;
  /** Other formats it may be. */
  readonly others: readonly { readonly format: string; readonly confidence: number }[];
  /** Gzip was unpacked. */
  readonly compressed: boolean;
}

/**
 * What the source is, and every column it has. Sources whose columns may grow are read through for them. `whole`: keys of
 * typed sources whose objects are values. Throws what detection and reading throw.
 */
export async function lookAtSource(
  file: { readonly path: string; readonly name: string },
  wish: LookWish,
  whole: readonly string[],
): Promise<SourceLook> {
  const source = await openSource({ path: file.path });
  try {
    const about = {
      name: file.name,
      whole: source.whole,
      given: wish.formatOptions,
      ...(wish.format === undefined ? {} : { format: wish.format }),
    };
    const { detected, others } = wish.stated
      ? { detected: toStated(wish), others: [] }
      : await detect(source, file.path, about, wish.formatOptions);
    const format = readFormat(detected.format);
    const keeps = format.describeOptions.some((option) => option.name === 'whole');
    const detection =
      keeps && whole.length > 0 ? { ...detected, options: { ...detected.options, whole } } : detected;
    const { columns, first } = await readColumns(source, detection, wish.signal);
    return {
      detection,
      columns,
      ...(first === undefined ? {} : { first }),
      compressed: source.compressed,
      others,
    };
  } finally {
    await source.close();
  }
}

const toStated = ({ format, formatOptions }: LookWish): Detection => ({
  format: format!,
  confidence: 1,
  options: formatOptions,
  says: [],
});

async function detect(
  source: OpenSource,
  path: string,
  about: Parameters<typeof detectFormat>[1],
  given: FormatOptions,
): Promise<{ readonly detected: Detection; readonly others: SourceLook['others'] }> {
  const guess = detectFormat(source.sample, about);
  const others = listDetections(source.sample, about)
    .filter(({ format: name }) => name !== guess.format)
    .map(({ format: name, confidence }) => ({ format: name, confidence }));
  const known = await withFartherEncoding(guess, path, source, given);
  const ended = await withFooter(known, source, given);
  return { detected: await completeDetection(ended, source.file, given), others };
}

/** Where the beginning is plain ASCII, the encoding shows only farther on: looked for there, in a pass of its own. */
async function withFartherEncoding(
  detection: Detection,
  path: string,
  source: OpenSource,
  given: FormatOptions,
): Promise<Detection> {
  const open = detection.encoding?.encoding === 'utf-8' && given['encoding'] == null;
  if (!open || source.whole || !isAscii(source.sample)) return detection;
  const again = await openSource({ path });
  try {
    // What breaks off is for the import itself to say, once it is there.
    const encoding = await findFartherEncoding(again.bytes()).catch(() => undefined);
    if (encoding === undefined || encoding.encoding === 'utf-8') return detection;
    return {
      ...detection,
      encoding,
      options: { ...detection.options, encoding: encoding.encoding },
      says: detection.says.map((line) => (line === detection.encoding?.says ? encoding.says : line)),
    };
  } finally {
    await again.close();
  }
}

/** A longer delimited file may have a footer that the sample doesn't show. */
async function withFooter(
  detection: Detection,
  { whole, file, sample }: OpenSource,
  given: FormatOptions,
): Promise<Detection> {
  if (detection.format !== 'csv' || whole || file === undefined || given['skipFooter'] != null)
    return detection;
  const width = await countColumns(detection, sample);
  return width < 2 ? detection : findFarFooter(detection, file, width);
}

async function countColumns({ format, options }: Detection, sample: Buffer): Promise<number> {
  const bytes = (async function* () {
    yield sample;
  })();
  for await (const batch of readFormat(format).read({ bytes, options, batchRows: 1 }))
    return batch.columns.length;
  return 0;
}
