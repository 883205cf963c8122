// The options of `import`, and what they say as a call to the door.
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ImportCall, ImportWatch } from '../../doors/files/import/import-call.js';
import { FORMATS } from '../../engine/formats/index.js';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import type { EmptyCell, OnDuplicate, Strategy } from '../../engine/records/write-request.js';
import { DUPLICATE_RULES, EMPTY_CELL_RULES, STRATEGIES } from '../../engine/records/write-request.js';
import {
  DATE_ORDERS,
  type DateOrder,
  DECIMAL_SIGNS,
  PERCENT_RULES,
  type ValueSpelling,
} from '../../foundation/cells/value-spelling.js';
import { cliError } from '../cli-errors.js';
import { toMappingWish } from '../mapping-wish.js';
import {
  commaList,
  countOrPercent,
  headerChoice,
  nameAndValue,
  thousandsSign,
  typedCharacters,
  wholeNumber,
} from '../option-values.js';
import { startedBy } from '../started-by.js';

export interface SourceOptions {
  readonly format?: string;
  readonly sheet?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly encoding?: string;
  readonly header?: boolean | number;
  readonly columns?: readonly string[];
  readonly nullSpelling?: readonly string[];
  readonly skipLines?: number;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly currency?: boolean;
  readonly percent?: 'points' | 'share';
  readonly dateOrder?: DateOrder;
  readonly true?: readonly string[];
  readonly false?: readonly string[];
  readonly formatOption?: Readonly<Record<string, string>>;
}

export interface ImportOptions extends SourceOptions {
  readonly entity?: string;
  readonly mapping?: string;
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
  readonly dryRun?: boolean;
  readonly probe?: boolean;
  readonly onError: 'skip' | 'stop';
  readonly maxErrors?: { readonly count: number } | { readonly percent: number };
  readonly maxRemovals?: { readonly count: number } | { readonly percent: number };
  readonly onDuplicate?: OnDuplicate;
  readonly empty?: EmptyCell;
  readonly create?: readonly string[];
  readonly writers?: number;
  readonly background?: boolean;
  /** False: `--no-undo`. */
  readonly undo?: boolean;
  readonly undoRows?: number;
  readonly yes?: boolean;
  readonly failedRows?: string;
  readonly errorsTo?: string;
  readonly notify?: readonly string[];
  readonly member?: string;
  readonly filesFrom?: string;
}

const choice = (flags: string, says: string, values: readonly string[]) =>
  new Option(flags, says).choices(values.map((value) => value));

export function addImportOptions(command: Command): Command {
  command
    .option('-e, --entity <name>', 'the entity to import into (default: the mapping names it)')
    .option(
      '-m, --mapping <file>',
      'how columns and fields belong together: a file, or the name of a saved one (default: matched by name)',
    )
    .addOption(
      choice('-s, --strategy <strategy>', 'what to do with a record (default: add_or_update)', STRATEGIES),
    )
    .option(
      '--identity <fields>',
      'fields that name a record: sku, or code,country (default: as the entity says)',
      commaList,
    )
    .addOption(choice('--empty <rule>', 'what an empty cell means (default: leave)', EMPTY_CELL_RULES))
    .addOption(
      choice('--on-duplicate <rule>', 'which row of equal identity counts (default: last)', DUPLICATE_RULES),
    )
    .option('--create <relations>', 'relations whose missing records are created on the way', commaList)
    .option('-n, --dry-run', 'write nothing; show what would happen, cell by cell')
    .option(
      '--probe',
      'like --dry-run, and try constraints and triggers in transactions that are rolled back',
    )
    .addOption(
      new Option('--on-error <reaction>', 'after a failed row: go on with the next, or stop')
        .choices(['skip', 'stop'])
        .default('skip'),
    )
    .option('--max-errors <n>', 'stop at so many failed rows: 100, or 5% of those read', countOrPercent)
    .option(
      '--max-removals <n>',
      'a mirror asks before it removes more: 200, or 5% of the records (default: 50 and 10%)',
      countOrPercent,
    )
    .option(
      '--errors-to <file>',
      'with --dry-run: where every error and warning goes, one JSON object a line (with --json they are in the result)',
    )
    .option('--failed-rows <file>', 'where the failed rows go, with their errors beside them')
    .option(
      '--notify <address>',
      'who is told of its end: mail:ops@example.org or https://…; may be repeated',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--writers <n>', 'how many connections write side by side', wholeNumber(1))
    .option(
      '--undo-rows <n>',
      'keep what is written over, for an undo, up to so many records (default: 100000)',
      wholeNumber(1),
    )
    .option('--no-undo', 'keep nothing for an undo')
    .option('--background', 'only queue the run; a worker takes it (dovetail work)')
    .option('-y, --yes', 'answer yes to what would be asked')
    .option(
      '--member <name>',
      'of a zip file, the file in it (default: all, each into the entity of its name)',
    )
    .option(
      '--files-from <place>',
      'folder or zip file that paths in cells lead into, for fields that hold files (default: where the source lies)',
    );
  return addSourceOptions(command);
}

/** How a source is to be read: what is set here is not guessed. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('--format <name>', `${FORMATS.map(({ name }) => name).join(', ')} (default: detected)`)
    .option('--sheet <name>', 'of a workbook, the sheet by name or number (default: the first with a table)')
    .option('--delimiter <text>', 'between cells: , ; tab | or any text (default: detected)', typedCharacters)
    .option('--quote <char>', 'around cells; none for no quoting (default: detected)', typedCharacters)
    .option(
      '--escape <char>',
      'before a quote inside a quoted cell (default: the quote, doubled)',
      typedCharacters,
    )
    .option('--encoding <name>', 'utf-8, utf-16le, windows-1252 … (default: detected)')
    .option('--header <choice>', 'yes, no, or the line the header is in (default: detected)', headerChoice)
    .option('--columns <names>', 'names of the columns, where the file has none', commaList)
    .option('--null, --null-spelling <texts>', 'cells that mean NULL: NULL,\\N', commaList)
    .option('--skip-lines <n>', 'lines before the table', wholeNumber(0))
    .addOption(choice('--decimal <sign>', 'decimal sign of numbers (default: detected)', DECIMAL_SIGNS))
    .option(
      '--thousands <sign>',
      "what groups the digits of numbers: . , ' _ or space (default: detected)",
      thousandsSign,
    )
    .option('--currency', 'drop signs and codes of currencies beside numbers')
    .addOption(choice('--percent <rule>', 'what 12% is: 12 (points) or 0.12 (share)', PERCENT_RULES))
    .addOption(
      choice('--date-order <order>', 'order in dates such as 01/02/26 (default: detected)', DATE_ORDERS),
    )
    .option('--true <texts>', 'words that mean true, besides true, yes, 1: ja,x', commaList)
    .option('--false <texts>', 'words that mean false, besides false, no, 0: nein', commaList)
    .option('--format-option <name=value>', 'any other option of the format; may be repeated', nameAndValue);
}

export function toImportCall(
  options: ImportOptions,
  about: { readonly source: ImportCall['source']; readonly watch: ImportWatch; readonly cwd: string },
): ImportCall {
  if (options.background && (options.dryRun || options.probe)) {
    throw cliError(101, { detail: 'A dry run shows its result here; it has no use for --background.' });
  }
  const dryRun = options.dryRun === true || options.probe === true;
  if (options.errorsTo !== undefined && !dryRun) {
    throw cliError(101, {
      detail: '--errors-to belongs to a dry run; a run keeps its errors in the database.',
      hint: 'See them with `dovetail runs errors RUN`, or with --json as data.',
    });
  }
  const given = <K extends keyof ImportOptions>(key: K) =>
    options[key] === undefined ? {} : { [key]: options[key] };
  return {
    ...about.watch,
    source: about.source,
    startedBy: startedBy(),
    ...(options.mapping === undefined ? {} : toMappingWish(about.cwd, options.mapping)),
    ...(options.failedRows === undefined ? {} : { failedRows: resolve(about.cwd, options.failedRows) }),
    ...(options.errorsTo === undefined ? {} : { issuesTo: resolve(about.cwd, options.errorsTo) }),
    ...(options.filesFrom === undefined ? {} : { filesFrom: resolve(about.cwd, options.filesFrom) }),
    ...given('entity'),
    ...given('strategy'),
    ...given('identity'),
    ...given('empty'),
    ...given('onDuplicate'),
    ...given('create'),
    ...given('maxErrors'),
    ...(options.maxRemovals === undefined ? {} : { removalLimit: toRemovalLimit(options.maxRemovals) }),
    ...given('writers'),
    ...given('undoRows'),
    ...(options.undo === false ? { undoRows: 0 } : {}),
    ...given('member'),
    ...given('notify'),
    ...given('format'),
    dryRun,
    probe: options.probe === true,
    onError: options.onError,
    formatOptions: toFormatOptions(options),
    ...toSpellingCall(options),
    background: options.background === true,
  };
}

/** A limit that was given stands alone: the other one no longer counts. */
function toRemovalLimit(
  given: NonNullable<ImportOptions['maxRemovals']>,
): NonNullable<ImportCall['removalLimit']> {
  return 'percent' in given
    ? { records: Number.MAX_SAFE_INTEGER, share: given.percent / 100 }
    : { records: given.count, share: 1 };
}

/** What the options say of the values' spelling; nothing if they are silent. */
export function toSpellingCall(options: SourceOptions): { readonly spelling?: ValueSpelling } {
  const named = ['decimal', 'thousands', 'currency', 'percent', 'dateOrder', 'true', 'false'] as const;
  const set = named.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  const nulls = options.nullSpelling === undefined ? [] : [['null', options.nullSpelling]];
  const spelling: ValueSpelling = Object.fromEntries([...set, ...nulls]);
  return Object.keys(spelling).length === 0 ? {} : { spelling };
}

export function toFormatOptions(options: SourceOptions): FormatOptions {
  const named: readonly (keyof SourceOptions)[] = [
    'sheet',
    'delimiter',
    'quote',
    'escape',
    'encoding',
    'header',
    'columns',
    'nullSpelling',
    'skipLines',
  ];
  const set = named.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return { ...options.formatOption, ...(Object.fromEntries(set) as FormatOptions) };
}
