// dovetail import FILE: from a file, or standard input, into an entity.
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { FilesServices } from '../../doors/files/files-services.js';
import type { ImportCall } from '../../doors/files/import/import-call.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { openFiles } from '../open-files.js';
import { archiveExitCode, exitCodeOf } from '../run-exit.js';
import { toArchiveLines } from '../views/archive-report-view.js';
import { toReportLines } from '../views/run-report-view.js';
import { createWatch, progressOption } from '../watch-run.js';
import { writeDryRun } from '../write-dry-run.js';
import { addImportOptions, type ImportOptions, toImportCall } from './import-options.js';

export const addImportCommand: AddCommand = (program, run) => {
  const command = addImportOptions(
    program
      .command('import')
      .summary('import a file into an entity')
      .description(
        'Imports a delimited, JSON, NDJSON or XML file, gzipped or not, a Parquet file, a spreadsheet (XLSX, ODS, XLS), or a zip file of ' +
          'them, into an entity. Format, encoding and columns are detected and shown; a bad row costs that row only; what is already there and equal is not written.',
      )
      .argument('<file>', 'path of the file, or - for standard input'),
  )
    .addOption(progressOption())
    .action(
      run(async (context, options: ImportOptions & { progress: never }, file: string) => {
        const files = await openFiles(context);
        const { watch, done } = createWatch(context, { ...options, yes: options.yes === true });
        const source = readSource(context, file);
        const call = toImportCall(options, { source, watch, cwd: context.host.cwd });
        if ('path' in source && isWhole(options) && (await isSeveral(files, source.path))) {
          const whole = await files.importArchive({ ...call, source }).finally(done);
          context.result(whole, () =>
            toArchiveLines(whole, { style: context.out.style, width: context.out.width() }),
          );
          return archiveExitCode(whole);
        }
        if (context.json && call.dryRun && call.issuesTo === undefined) {
          return exitCodeOf(
            await writeDryRun(context, (issuesTo) => files.import({ ...call, issuesTo }).finally(done)),
          );
        }
        const report = await files.import(call).finally(done);
        context.result(report, () =>
          toReportLines(report, { style: context.out.style, width: context.out.width() }),
        );
        return exitCodeOf(report);
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail import products.csv --entity product --dry-run', 'look first: nothing is written'],
      ['dovetail import products.csv --entity product', 'add what is new, update what differs'],
      [
        'dovetail import prices.csv --mapping prices.yaml --max-errors 5%',
        'by a mapping, and not at any price',
      ],
      ['dovetail import prices.xlsx -e product --sheet Prices', 'from a sheet of a workbook'],
      ['dovetail import shop.zip', 'every table in it, each into the entity it is named after'],
      [
        'zcat stock.ndjson.gz | dovetail import - -e stock_level --strategy mirror',
        'from a pipe; remove what is missing',
      ],
    ],
    notes: [
      'An import that was stopped, by Ctrl-C or by kill -9, goes on where it was: dovetail runs resume RUN.',
    ],
    exitCodes: [0, 2, 3, 4, 5, 6, 7, 8],
  });
};

/** Neither a file of the archive nor a place for one is named: all of it is meant. */
const isWhole = (options: ImportOptions): boolean =>
  options.member === undefined && options.entity === undefined && options.mapping === undefined;

/** What can't be opened is told by the import itself. */
async function isSeveral(files: FilesServices, path: string): Promise<boolean> {
  if (!/\.zip$/i.test(path)) return false;
  const tables = await files.listArchive(path).catch(() => []);
  return tables.length > 1;
}

function readSource(context: CommandContext, file: string): ImportCall['source'] {
  if (file === '-') return { stream: context.host.stdin as Readable, name: 'standard input' };
  return { path: resolve(context.host.cwd, file) };
}
