// dovetail inspect FILE: what a file holds, and how its columns would be matched. Works without a database, too.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { InspectCall, SourceReport } from '../../doors/files/import/inspect-source.js';
import { findConfigFile } from '../../foundation/config/config-file.js';
import { readDataFolder } from '../../foundation/config/data-folder.js';
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { CommandContext } from '../command-context.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { toSourceLines } from '../views/source-view.js';
import { addSourceOptions, type SourceOptions, toFormatOptions, toSpellingCall } from './import-options.js';

interface InspectOptions extends SourceOptions {
  readonly entity?: string;
  readonly rows?: number;
}

export const addInspectCommand: AddCommand = (program, run) => {
  const command = addSourceOptions(
    program
      .command('inspect')
      .summary('show what a file holds and how it would be read')
      .description(
        'Shows what was detected in a file, its columns and first rows, what looks wrong, and how its columns would be ' +
          'matched to an entity. Nothing is written. Without a database the file alone is looked at.',
      )
      .argument('<file>', 'path of the file, or - for standard input')
      .option('-e, --entity <name>', 'match the columns to this entity (default: those that fit are named)')
      .option('--rows <n>', 'how many rows to show (default: 10)', wholeNumber(0)),
  ).action(
    run(async (context, options: InspectOptions, file: string) => {
      const report = await inspect(context, options, file);
      context.result(report, () =>
        toSourceLines(report, {
          style: context.out.style,
          width: context.out.width(),
          command: toImportLine(file, options, report),
        }),
      );
      return ExitCode.ok;
    }),
  );

  addHelpTail(command, {
    examples: [
      ['dovetail inspect prices.csv', 'what is it, and what is in it?'],
      ['dovetail inspect prices.csv --entity product', 'where would its columns go?'],
      [
        'dovetail inspect prices.csv --encoding windows-1250 --decimal ,',
        'try other settings than those guessed',
      ],
      ['dovetail inspect prices.csv --json | jq .columns', 'for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
};

async function inspect(
  context: CommandContext,
  options: InspectOptions,
  file: string,
): Promise<SourceReport> {
  const call: InspectCall = {
    source:
      file === '-'
        ? { stream: context.host.stdin as Readable, name: 'standard input' }
        : { path: resolve(context.host.cwd, file) },
    ...(options.format === undefined ? {} : { format: options.format }),
    formatOptions: toFormatOptions(options),
    ...toSpellingCall(options),
    ...(options.entity === undefined ? {} : { entity: options.entity }),
    ...(options.rows === undefined ? {} : { rows: options.rows }),
    signal: context.signal,
  };
  const { inspectSource } = await import('../../doors/files/import/inspect-source.js');
  const catalog = await findCatalog(context, options.entity !== undefined);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-inspect-'));
  try {
    return await inspectSource(call, catalog, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The catalog, if somebody asked for a match or if there is a database to ask: none is started only to look at a file. */
async function findCatalog(context: CommandContext, needed: boolean) {
  if (!needed && !namesDatabase(context)) return undefined;
  try {
    return await (await context.openApp()).catalog.read();
  } catch (error) {
    if (needed || !(error instanceof DovetailError)) throw error;
    context.remark(`The columns are not matched: ${error.detail}`);
    return undefined;
  }
}

function namesDatabase({ globals, host }: CommandContext): boolean {
  if (globals.database !== undefined || globals.config !== undefined || host.env['DATABASE_URL']) return true;
  if (findConfigFile(host.cwd) !== undefined) return true;
  return existsSync(readDataFolder({ given: globals.dataFolder, workFolder: host.cwd }));
}

/** The command line to go on with: the same settings, and nothing written yet. */
function toImportLine(file: string, options: InspectOptions, report: SourceReport): string {
  const flags: readonly (readonly [string, unknown])[] = [
    ['--entity', options.entity ?? report.entities?.[0]?.entity ?? 'ENTITY'],
    ['--format', options.format],
    ['--delimiter', options.delimiter],
    ['--quote', options.quote === '' ? 'none' : options.quote],
    ['--escape', options.escape],
    ['--encoding', options.encoding],
    ['--header', options.header === true ? 'yes' : options.header === false ? 'no' : options.header],
    ['--columns', options.columns?.join(',')],
    ['--null', options.nullSpelling?.join(',')],
    ['--skip-lines', options.skipLines],
    ['--sheet', options.sheet],
    ['--decimal', options.decimal],
    ['--thousands', options.thousands],
    ['--currency', options.currency],
    ['--percent', options.percent],
    ['--date-order', options.dateOrder],
    ['--true', options.true?.join(',')],
    ['--false', options.false?.join(',')],
    ...Object.entries(options.formatOption ?? {}).map(
      ([name, value]) => ['--format-option', `${name}=${value}`] as const,
    ),
  ];
  const given = flags.filter(([, value]) => value !== undefined && value !== false);
  const words = given.flatMap(([flag, value]) =>
    value === true ? [flag] : [flag, toShellWord(String(value))],
  );
  return ['dovetail import', toShellWord(file), ...words, '--dry-run'].join(' ');
}

const toShellWord = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
