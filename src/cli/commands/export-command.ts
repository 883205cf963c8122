// dovetail export ENTITY: from an entity to a file or standard output.
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { Option } from 'commander';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { commaList, nameAndValue, typedCharacters } from '../option-values.js';
import { startedBy } from '../started-by.js';
import { bytesText, countOf, countText, durationText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { progressOption } from '../watch-run.js';

interface ExportOptions {
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly mapping?: string;
  readonly format?: string;
  readonly output?: string;
  readonly full?: boolean;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly bom?: boolean;
  readonly formulaSafe?: boolean;
  readonly formatOption?: Readonly<Record<string, string>>;
  readonly progress: ProgressMode | 'auto';
}

const FORMAT_OF_EXTENSION: Readonly<Record<string, string>> = {
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  xlsx: 'xlsx',
};

export const addExportCommand: AddCommand = (program, run) => {
  const command = program
    .command('export')
    .summary('export an entity to a file')
    .description('Writes every record of an entity, from one snapshot, to a file or to standard output.')
    .argument('<entity>', 'name of the entity')
    .option('-o, --output <file>', 'where to (default: standard output)')
    .option(
      '-w, --where <condition>',
      'only records for which this holds: price >= 10 and brand.name = "Acme"',
    )
    .option('-f, --fields <paths>', 'these fields, in this order: sku,name,brand.name', commaList)
    .option('-m, --mapping <file>', 'the same mapping an import uses, the other way round')
    .addOption(
      new Option(
        '--format <name>',
        'csv, json, ndjson or xlsx (default: by the name of the file, else csv)',
      ).choices(['csv', 'json', 'ndjson', 'xlsx']),
    )
    .option('--full', 'write the records referred to out whole, not by their identity')
    .option('--delimiter <text>', 'between cells: , ; tab | (default: ,)', typedCharacters)
    .option('--no-header', 'no header row')
    .option('--bom', 'begin with a byte order mark, as some spreadsheets want it')
    .option('--formula-safe', 'put an apostrophe before cells that a spreadsheet would run as a formula')
    .option('--format-option <name=value>', 'any other option of the format; may be repeated', nameAndValue)
    .addOption(progressOption())
    .action(
      run(async (context, options: ExportOptions, entity: string) => {
        if (context.json && options.output === undefined) {
          throw cliError(101, {
            detail: 'Standard output can carry the exported records or the JSON report, not both.',
            hint: 'Name a file with --output, or leave --json out (the records themselves as JSON: --format json).',
          });
        }
        const files = await openFiles(context, { setUp: 'not needed' });
        const bar = context.progress(options.progress);
        const report = await files
          .export({
            entity,
            startedBy: startedBy(),
            ...(options.where === undefined ? {} : { where: options.where }),
            ...(options.fields === undefined ? {} : { fields: options.fields }),
            ...(options.mapping === undefined ? {} : { mapping: resolve(context.host.cwd, options.mapping) }),
            format: options.format ?? formatOf(options.output),
            formatOptions: { ...delimiterOf(options.output), ...toFormatOptions(options) },
            full: options.full === true,
            target:
              options.output === undefined
                ? { stream: context.out.stream as Writable }
                : { path: resolve(context.host.cwd, options.output) },
            signal: AbortSignal.any([context.signal, context.out.closed]),
            onProgress: (progress) => bar.update(progress),
          })
          .finally(() => bar.done());
        const says =
          `${countOf(report.rows, 'record')} of ${report.entity}, ${bytesText(report.bytes)} in ` +
          `${durationText(report.seconds)}` +
          (report.seconds > 0.2 ? `, ${countText(report.rows / report.seconds)} rows/s` : '');
        if (report.file === undefined) context.remark(context.err.style.dim(says));
        else
          context.result(report, () => [`${context.out.style.green('Done')}  ${says}`, `  ${report.file}`]);
        return ExitCode.ok;
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail export product -o products.csv', 'everything, ready to be imported again'],
      [
        'dovetail export product -w \'price >= 10 and status = "active"\' -f sku,name,price',
        'a part, to standard output',
      ],
      [
        'dovetail export sales_order --full --format ndjson | gzip > orders.ndjson.gz',
        'with the records it refers to',
      ],
    ],
    exitCodes: [0, 2, 3, 6, 7],
  });
};

/** By the end of the file's name. */
export function formatOf(output: string | undefined): string {
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(output ?? '')?.[1]?.toLowerCase() ?? '';
  return FORMAT_OF_EXTENSION[extension] ?? 'csv';
}

/** A file called .tsv has tabs, unless something else is asked for. */
function delimiterOf(output: string | undefined): FormatOptions {
  return /\.(?:tsv|tab)(?:\.gz)?$/i.test(output ?? '') ? { delimiter: '\t' } : {};
}

function toFormatOptions(options: ExportOptions): FormatOptions {
  return {
    ...options.formatOption,
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    ...(options.header === false ? { header: false } : {}),
    ...(options.bom ? { bom: true } : {}),
    ...(options.formulaSafe ? { formulaSafe: true } : {}),
  };
}
