// The options that say what an export is like: of `export`, and of `exports save`, which keeps them.
import { type Command, Option } from 'commander';
import type { SavedBody } from '../../doors/files/export/saved-exports.js';
import { FORMATS, findFormat } from '../../engine/formats/index.js';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import { commaList, nameAndValue, typedCharacters, wholeNumber } from '../option-values.js';

export interface ExportShape {
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly order?: readonly string[];
  readonly limit?: number;
  readonly headers?: 'names' | 'labels';
  readonly format?: string;
  readonly full?: boolean;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly bom?: boolean;
  readonly formulaSafe?: boolean;
  readonly formatOption?: Readonly<Record<string, string>>;
}

const WRITTEN = FORMATS.filter((format) => format.writtenAs === undefined).map((format) => format.name);

export function addExportOptions(command: Command): Command {
  return command
    .option(
      '-w, --where <condition>',
      'only records for which this holds: price >= 10 and brand.name = "Acme"',
    )
    .option('-f, --fields <paths>', 'these fields, in this order: sku,name,brand.name', commaList)
    .option(
      '--order <paths>',
      'in this order, a minus for the largest first: brand.name,-price (default: by the key)',
      commaList,
    )
    .option('--limit <n>', 'so many records at most', wholeNumber(0))
    .addOption(
      new Option('--headers <words>', 'names above the columns, or labels (default: names)').choices([
        'names',
        'labels',
      ]),
    )
    .addOption(
      new Option('--format <name>', 'default: by the name of the file, else csv').choices([...WRITTEN]),
    )
    .option('--full', 'write the records referred to out whole, not by their identity')
    .option('--delimiter <text>', 'between cells: , ; tab | (default: ,)', typedCharacters)
    .option('--no-header', 'no header row')
    .option('--bom', 'begin with a byte order mark, as some spreadsheets want it')
    .option('--formula-safe', 'put an apostrophe before cells that a spreadsheet would run as a formula')
    .option('--format-option <name=value>', 'any other option of the format; may be repeated', nameAndValue);
}

/** What of it was said, as the door wants it; on top of `saved`, if there is something to be on top of. */
export function toExportShape(
  entity: string,
  options: ExportShape,
  output: string | undefined,
  saved?: SavedBody,
): SavedBody {
  const { where, fields, order, limit, headers } = options;
  const said = options.format ?? findFormatOf(output);
  const format = said ?? saved?.format ?? 'csv';
  const kept = saved?.format === format ? saved.formatOptions : {};
  return {
    ...saved,
    entity,
    format,
    formatOptions: { ...delimiterOf(output), ...kept, ...toFormatOptions(options) },
    full: options.full ?? saved?.full ?? false,
    ...(where === undefined ? {} : { where }),
    ...(fields === undefined ? {} : { fields }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    ...(headers === undefined ? {} : { header: headers }),
  };
}

/** By the ending of the file's name. One that is only read is refused by the export, with the format to take instead. */
export function findFormatOf(output: string | undefined): string | undefined {
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(output ?? '')?.[1]?.toLowerCase();
  return extension === undefined ? undefined : findFormat(extension)?.name;
}

/** A file called .tsv has tabs, unless something else is asked for. */
function delimiterOf(output: string | undefined): FormatOptions {
  return /\.(?:tsv|tab)(?:\.gz)?$/i.test(output ?? '') ? { delimiter: '\t' } : {};
}

function toFormatOptions(options: ExportShape): FormatOptions {
  return {
    ...options.formatOption,
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    ...(options.header === false ? { header: false } : {}),
    ...(options.bom ? { bom: true } : {}),
    ...(options.formulaSafe ? { formulaSafe: true } : {}),
  };
}
