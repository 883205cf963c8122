// The list of formats. A new one costs one folder and one line here.
import { csvFormat } from './csv/csv-format.js';
import { refuseForeign } from './encoding/foreign-file.js';
import { formatsError } from './formats-errors.js';
import { jsonFormat } from './json/json-format.js';
import { ndjsonFormat } from './ndjson/ndjson-format.js';
import { odsFormat } from './ods/ods-format.js';
import { parquetFormat } from './parquet/parquet-format.js';
import type { Detection, FormatOptions, SourceFile, TableFormat } from './table-format.js';
import { xlsFormat } from './xls/xls-format.js';
import { xlsxFormat } from './xlsx/xlsx-format.js';
import { xmlFormat } from './xml/xml-format.js';

export const FORMATS: readonly TableFormat[] = [
  csvFormat,
  jsonFormat,
  ndjsonFormat,
  xmlFormat,
  parquetFormat,
  xlsxFormat,
  odsFormat,
  xlsFormat,
];

/** The format of that name or file extension (`csv`, `tsv`, `.jsonl`); undefined if there is none. */
export function findFormat(name: string): TableFormat | undefined {
  const plain = name.toLowerCase().replace(/^\./, '');
  return (
    FORMATS.find((format) => format.name === plain) ??
    FORMATS.find((format) => format.extensions.includes(plain))
  );
}

/** As `findFormat`, but throws FORMATS-111 with the names there are. */
export function readFormat(name: string): TableFormat {
  const format = findFormat(name);
  if (format) return format;
  throw formatsError(111, {
    detail: `There is no format ${JSON.stringify(name)}.`,
    hint: `The formats are ${FORMATS.map((each) => each.name).join(', ')}.`,
  });
}

interface DetectionWish {
  readonly name?: string;
  readonly whole: boolean;
  readonly given?: FormatOptions;
  readonly format?: string;
}

/**
 * What the source is written in. `format` fixes the format and leaves its settings to be guessed; `given` are settings
 * that are facts. Throws FORMATS-102 … 104 for what is no table of text, 111 if no format fits, 113 for JSON without records.
 */
export function detectFormat(sample: Uint8Array, about: DetectionWish): Detection {
  const [best] = listDetections(sample, about);
  if (best) return best;
  const formats = wantedFormats(about);
  throw formatsError(111, {
    detail: `The source doesn't look like ${formats.map((format) => format.label).join(', ')}.`,
    hint:
      about.format === undefined
        ? 'Set the format by name.'
        : 'Is the format right? Leave it out to have it detected.',
  });
}

/** Everything the source may be written in, surest first. Throws as `detectFormat` does, but for 111. */
export function listDetections(sample: Uint8Array, about: DetectionWish): readonly Detection[] {
  const given = about.given ?? {};
  const formats = wantedFormats(about);
  const input = {
    ...(about.name === undefined ? {} : { name: about.name }),
    whole: about.whole,
    given,
    asked: about.format !== undefined,
  };
  // Containers have bytes by which they are known; readers of text would only complain of them.
  for (const format of formats) {
    const container = format.randomAccess ? format.detect(sample, input) : undefined;
    if (container) return [container];
  }
  refuseForeign(
    Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength),
    formats.map((format) => format.name),
  );
  return formats
    .filter((format) => !format.randomAccess)
    .map((format) => format.detect(sample, input))
    .filter((detection) => detection !== undefined)
    .sort((x, y) => y.confidence - x.confidence);
}

const wantedFormats = (about: DetectionWish): readonly TableFormat[] =>
  about.format === undefined ? FORMATS : [readFormat(about.format)];

/** Completes a detection with what the format can only tell from the file itself. Throws FORMATS-102 where a file is needed. */
export async function completeDetection(
  detection: Detection,
  file: SourceFile | undefined,
  given: FormatOptions = {},
): Promise<Detection> {
  const format = readFormat(detection.format);
  if (!format.randomAccess) return detection;
  if (file === undefined) {
    throw formatsError(102, {
      detail: `A source of the format ${format.name} is read at many places at once; packed or as a stream it can't be.`,
      hint: 'Unpack it and import the file inside.',
    });
  }
  return format.inspect === undefined ? detection : format.inspect(file, detection, { given });
}
