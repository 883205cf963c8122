// dovetail export ENTITY: from an entity, or several, to a file or standard output; or a template to be filled.
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { FilesServices } from '../../doors/files/files-services.js';
import { cliError } from '../cli-errors.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toMappingWish } from '../mapping-wish.js';
import { openFiles } from '../open-files.js';
import { startedBy } from '../started-by.js';
import { bytesText, countOf, countText, durationText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { progressOption } from '../watch-run.js';
import { addExportOptions, type ExportShape, toExportShape } from './export-options.js';

interface ExportOptions extends ExportShape {
  readonly output?: string;
  readonly mapping?: string;
  readonly all?: boolean;
  readonly saved?: string;
  readonly template?: boolean;
  readonly withFiles?: boolean;
  readonly progress: ProgressMode | 'auto';
}

export const addExportCommand: AddCommand = (program, run) => {
  const command = addExportOptions(
    program
      .command('export')
      .summary('export an entity to a file')
      .description('Writes every record of an entity, from one snapshot, to a file or to standard output.')
      .argument(
        '[entity]',
        'name of the entity (default: that of the mapping); several as a,b,c go into one zip file',
      )
      .option('-o, --output <file>', 'where to (default: standard output)')
      .option(
        '-m, --mapping <file>',
        'the same mapping an import uses, the other way round: a file or a saved one',
      )
      .option('--all', 'every entity that can be imported again, into one zip file')
      .option('--saved <name>', 'what was saved under this name (dovetail exports); options given here win')
      .option('--template', 'no records: a file to be filled and imported, with examples and allowed values'),
  )
    .option('--with-files', 'into a zip file: the files that records name go along, beside the tables')
    .addOption(progressOption())
    .action(
      run(async (context, options: ExportOptions, named?: string) => {
        checkWords(context, options, named);
        const files = await openFiles(context, {
          setUp: options.saved === undefined ? 'not needed' : 'needed',
        });
        const entity = named ?? (await findMapped(context, files, options));
        if (options.template) return exportTemplate(context, files, options, entity!);
        if (options.all || entity?.includes(',') || isZip(options.output))
          return exportZip(context, files, options, entity);
        return exportOne(context, files, options, entity);
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
      ['dovetail export product --template -o products.xlsx', 'a workbook for somebody to fill'],
      ['dovetail export product,brand -o shop.zip', 'several, of one moment; `dovetail import shop.zip`'],
    ],
    exitCodes: [0, 2, 3, 6, 7],
  });
};

/** The entity that the mapping names, where nothing else says what is exported. */
async function findMapped(
  context: CommandContext,
  files: FilesServices,
  { mapping, all, saved }: ExportOptions,
): Promise<string | undefined> {
  if (mapping === undefined || all || saved !== undefined) return undefined;
  return (await files.checkMapping(toMappingWish(context.host.cwd, mapping))).entity;
}

const isZip = (output: string | undefined): boolean => /\.zip$/i.test(output ?? '');

function checkWords(context: CommandContext, options: ExportOptions, entity: string | undefined): void {
  const sources = [entity, options.all, options.saved].filter((source) => source !== undefined);
  const byMapping = sources.length === 0 && options.mapping !== undefined;
  if (sources.length !== 1 && !byMapping) {
    throw cliError(101, {
      detail: 'Name what is exported: an entity, a mapping, --all, or --saved.',
      hint: 'One of them. `dovetail entities` lists the entities, `dovetail exports` what is saved.',
    });
  }
  if (options.template && ((entity === undefined && !byMapping) || entity?.includes(','))) {
    throw cliError(101, { detail: 'A template is of one entity: dovetail export product --template.' });
  }
  const several = options.all || entity?.includes(',') || isZip(options.output);
  if (options.withFiles && !several) {
    throw cliError(101, {
      detail: 'Files go along in a zip file only.',
      hint: 'Name one: -o shop.zip.',
    });
  }
  if (options.mapping !== undefined && options.headers !== undefined) {
    throw cliError(101, {
      detail: 'A mapping says itself what stands above its columns; leave --headers out.',
    });
  }
  if (context.json && options.output === undefined) {
    throw cliError(101, {
      detail: 'Standard output can carry the exported records or the JSON report, not both.',
      hint: 'Name a file with --output, or leave --json out (the records themselves as JSON: --format json).',
    });
  }
}

const targetOf = (context: CommandContext, output: string | undefined) =>
  output === undefined
    ? { stream: context.out.stream as Writable }
    : { path: resolve(context.host.cwd, output) };

const signalOf = (context: CommandContext): AbortSignal =>
  AbortSignal.any([context.signal, context.out.closed]);

/** On standard output are the records; what is said of them goes beside. */
function tell(
  context: CommandContext,
  report: { readonly file?: string },
  says: string,
  ...more: string[]
): ExitCode {
  if (report.file === undefined) context.remark(context.err.style.dim(says), ...more);
  else
    context.result(report, () => [
      `${context.out.style.green('Done')}  ${says}`,
      `  ${report.file}`,
      ...more.map((line) => `  ${line}`),
    ]);
  return ExitCode.ok;
}

async function exportOne(
  context: CommandContext,
  files: FilesServices,
  options: ExportOptions,
  named: string | undefined,
): Promise<ExitCode> {
  const saved = options.saved === undefined ? undefined : await files.readSavedExport(options.saved);
  const decay = saved && (await files.findDecay(saved));
  if (decay) throw decay;
  const bar = context.progress(options.progress);
  const report = await files
    .export({
      ...toExportShape(named ?? saved!.entity, options, options.output, saved?.body),
      startedBy: startedBy(),
      ...(options.mapping === undefined ? {} : toMappingWish(context.host.cwd, options.mapping)),
      target: targetOf(context, options.output),
      signal: signalOf(context),
      onProgress: (progress) => bar.update(progress),
    })
    .finally(() => bar.done());
  const says =
    `${countOf(report.rows, 'record')} of ${report.entity}, ${bytesText(report.bytes)} in ` +
    `${durationText(report.seconds)}` +
    (report.seconds > 0.2 ? `, ${countText(report.rows / report.seconds)} rows/s` : '');
  return tell(context, report, says);
}

async function exportZip(
  context: CommandContext,
  files: FilesServices,
  options: ExportOptions,
  named: string | undefined,
): Promise<ExitCode> {
  const alone = ['where', 'fields', 'order', 'limit', 'mapping', 'full', 'saved'] as const;
  const given = alone.find((name) => options[name] !== undefined);
  if (given !== undefined || (options.output !== undefined && !isZip(options.output))) {
    throw cliError(101, {
      detail:
        given === undefined
          ? `Several entities go into a zip file; ${options.output} is none by its name.`
          : `--${given} is of one entity; in a zip file each is whole.`,
      hint:
        given === undefined ? 'Name it like shop.zip.' : 'Export this entity alone, into a file of its own.',
    });
  }
  const { format, formatOptions, header } = toExportShape('', options, undefined);
  const bar = context.progress(options.progress);
  const report = await files
    .exportArchive({
      entities: named === undefined ? 'all' : named.split(',').map((name) => name.trim()),
      format,
      formatOptions,
      ...(header === undefined ? {} : { header }),
      withFiles: options.withFiles === true,
      startedBy: startedBy(),
      target: targetOf(context, options.output),
      signal: signalOf(context),
      onProgress: (progress) => bar.update(progress),
    })
    .finally(() => bar.done());
  const says = `${countOf(report.rows, 'record')} of ${countOf(report.entities.length, 'entity')}, ${bytesText(report.bytes)} in ${durationText(report.seconds)}`;
  const left = report.left.map(({ entity, reason }) => `left out: ${entity}, ${reason}`);
  const { files: kept } = report;
  const along = kept ? [`${countOf(kept.count, 'file')} beside the tables`] : [];
  const missing = kept?.missing ? [`${countOf(kept.missing, 'file')} that the storages no longer have`] : [];
  return tell(context, report, says, ...along, ...missing, ...left);
}

async function exportTemplate(
  context: CommandContext,
  files: FilesServices,
  options: ExportOptions,
  entity: string,
): Promise<ExitCode> {
  const alone = ['where', 'order', 'limit', 'full', 'headers'] as const;
  const given = alone.find((name) => options[name] !== undefined);
  if (given !== undefined) {
    throw cliError(101, { detail: `A template has no records, so --${given} means nothing to it.` });
  }
  const { format, formatOptions } = toExportShape(entity, options, options.output);
  const report = await files.writeTemplate({
    entity,
    format,
    formatOptions,
    ...(options.fields === undefined ? {} : { fields: options.fields }),
    ...(options.mapping === undefined ? {} : toMappingWish(context.host.cwd, options.mapping)),
    target: targetOf(context, options.output),
    signal: signalOf(context),
  });
  const needed = report.required.length === 0 ? 'none required' : `required: ${report.required.join(', ')}`;
  return tell(
    context,
    report,
    `template of ${report.entity}, ${countOf(report.columns.length, 'column')}, ${needed}`,
  );
}
