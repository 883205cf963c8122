// dovetail mapping: mappings suggested, checked, and kept by name in versions.
import { userInfo } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toMappingWish } from '../mapping-wish.js';
import { openFiles } from '../open-files.js';
import { commaList, headerChoice, nameAndValue, typedCharacters } from '../option-values.js';
import { toCheckLines, toMappingLines } from '../views/mapping-view.js';

interface SourceOptions {
  readonly format?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly header?: boolean | number;
  readonly columns?: readonly string[];
  readonly formatOption?: Readonly<Record<string, string>>;
}

export const addMappingCommand: AddCommand = (program, run) => {
  const mapping = program
    .command('mapping')
    .summary('suggest, check, save and show mappings')
    .description(
      'A mapping says how the columns of a file and the fields of an entity belong together, both ways. It is a file, or ' +
        'saved in the database under a name, in versions. Without a subcommand: the saved ones.',
    )
    .usage('[command] [options]');
  addList(mapping, run);
  addSuggest(mapping, run);
  addCheck(mapping, run);
  addSave(mapping, run);
  addShow(mapping, run);
  addDelete(mapping, run);
  addHelpTail(mapping, {
    examples: [
      [
        'dovetail mapping suggest prices.csv --entity product > prices.yaml',
        'begin with what the columns are called',
      ],
      [
        'dovetail mapping check prices.yaml --file prices.csv',
        'see everything that is wrong with it at once',
      ],
      ['dovetail mapping save prices.yaml', 'keep it: dovetail import prices.csv --mapping prices'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

function addSourceOptions(command: Command): Command {
  return command
    .option('--format <name>', 'csv, json or ndjson (default: detected)')
    .option('--delimiter <text>', 'between cells: , ; tab | or any text (default: detected)', typedCharacters)
    .option('--encoding <name>', 'utf-8, utf-16le, windows-1252 … (default: detected)')
    .option('--header <choice>', 'yes, no, or the line the header is in (default: detected)', headerChoice)
    .option('--columns <names>', 'names of the columns, where the file has none', commaList)
    .option('--format-option <name=value>', 'any other option of the format; may be repeated', nameAndValue);
}

function toSourceCall(cwd: string, file: string, options: SourceOptions, signal: AbortSignal) {
  const { delimiter, encoding, header, columns } = options;
  const named = Object.entries({ delimiter, encoding, header, columns }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    source: resolve(cwd, file),
    signal,
    formatOptions: { ...options.formatOption, ...(Object.fromEntries(named) as FormatOptions) },
    ...(options.format === undefined ? {} : { format: options.format }),
  };
}

function addList(mapping: Command, run: RunCommand): void {
  const command = mapping
    .command('list', { isDefault: true })
    .description('list the saved mappings, or the versions of one')
    .argument('[name]', 'name of a saved mapping')
    .action(
      run(async (context, _options: object, name?: string) => {
        const found = await (await openFiles(context)).listMappings(name);
        const document = found.map(({ body: _, ...about }) => about);
        context.result({ mappings: document }, () =>
          toMappingLines(found, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail mapping list', 'the last version of each'],
      ['dovetail mapping list prices', 'every version of one'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addSuggest(mapping: Command, run: RunCommand): void {
  const command = addSourceOptions(
    mapping
      .command('suggest')
      .description('print a mapping for a file, from the names of its columns and what was confirmed before')
      .argument('<file>', 'path of the file')
      .requiredOption('-e, --entity <name>', 'the entity it is for'),
  ).action(
    run(async (context, options: SourceOptions & { entity: string }, file: string) => {
      const call = toSourceCall(context.host.cwd, file, options, context.signal);
      const suggestion = await (await openFiles(context)).suggestMapping({ ...call, entity: options.entity });
      context.result(suggestion, () => suggestion.text.trimEnd().split('\n'));
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [
      ['dovetail mapping suggest prices.csv --entity product > prices.yaml', 'to be read and changed'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addCheck(mapping: Command, run: RunCommand): void {
  const command = addSourceOptions(
    mapping
      .command('check')
      .description(
        'hold a mapping against the database, and against a file; everything that is wrong, with its line',
      )
      .argument('<mapping>', 'path of a mapping file, or name of a saved one')
      .option('--file <path>', 'a file that it is for'),
  ).action(
    run(async (context, options: SourceOptions & { file?: string }, name: string) => {
      const { cwd } = context.host;
      const source =
        options.file === undefined
          ? {}
          : { source: toSourceCall(cwd, options.file, options, context.signal) };
      const report = await (await openFiles(context)).checkMapping({
        ...toMappingWish(cwd, name),
        ...source,
      });
      context.result(report, () => toCheckLines(report, context.out.style));
      return report.problems.length > 0 ? ExitCode.refused : ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [
      ['dovetail mapping check prices.yaml', 'against the database alone'],
      ['dovetail mapping check prices --file prices.csv', 'a saved one, against a file too'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addSave(mapping: Command, run: RunCommand): void {
  const command = mapping
    .command('save')
    .description('check a mapping file and save it as the next version')
    .argument('<file>', 'path of the mapping file')
    .option('--name <name>', 'under this name (default: that of the file, without its extension)')
    .option('--note <text>', 'what is new in this version')
    .action(
      run(async (context, options: { name?: string; note?: string }, file: string) => {
        const report = await (await openFiles(context)).saveMapping({
          mapping: resolve(context.host.cwd, file),
          name: options.name ?? basename(file, extname(file)),
          createdBy: userName(),
          ...(options.note === undefined ? {} : { note: options.note }),
        });
        context.result(report, () => [
          report.isNew
            ? `Saved ${report.name}, version ${report.version}, for ${report.entity}. Use it: dovetail import FILE --mapping ${report.name}`
            : `${report.name} is saved like this already, as version ${report.version}.`,
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail mapping save prices.yaml', 'as prices'],
      ['dovetail mapping save new.yaml --name prices --note "with EAN"', 'the next version of prices'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(mapping: Command, run: RunCommand): void {
  const command = mapping
    .command('show')
    .description('print a saved mapping as it was written')
    .argument('<name>', 'its name, or name@version')
    .action(
      run(async (context, _options: object, name: string) => {
        const saved = await (await openFiles(context)).readMapping(name);
        context.result(saved, () => saved.body.trimEnd().split('\n'));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail mapping show prices > prices.yaml', 'to change it'],
      ['dovetail mapping show prices@1', 'as it was first'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(mapping: Command, run: RunCommand): void {
  const command = mapping
    .command('delete')
    .description('delete a saved mapping with all its versions')
    .argument('<name>', 'its name')
    .option('-y, --yes', 'delete without asking')
    .action(
      run(async (context, options: { yes?: boolean }, name: string) => {
        const files = await openFiles(context);
        const versions = await files.listMappings(name);
        if (versions.length > 0) {
          const text = `Delete ${name} with its ${versions.length === 1 ? 'one version' : `${versions.length} versions`}?`;
          if (!(await context.asker(options.yes === true).confirm({ text }))) {
            context.result({ name, versions: 0 }, () => ['Nothing was changed.']);
            return ExitCode.cancelled;
          }
        }
        const report = await files.deleteMapping(name);
        context.result(report, () => [`Deleted ${report.name}. Runs that used it keep their own copy.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail mapping delete prices --yes', 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

/** Who saves: the account on this machine. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
