// The options every command takes, before or after its name.
import { type Command, Option } from 'commander';
import type { AppSettings } from './cli-app.js';

export interface GlobalOptions {
  readonly database?: string;
  readonly config?: string;
  readonly dataFolder?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly debug?: boolean;
}

export function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option(
        '--database <url>',
        'the PostgreSQL to work with (default: $DATABASE_URL, else the config file, else the embedded one)',
      ),
    )
    .option('--config <file>', 'configuration (default: the next dovetail.config.* from here upward)')
    .option('--data-folder <dir>', 'where the embedded database and run files lie (default: .dovetail)')
    .option('--json', 'one JSON document on stdout, for machines')
    .option('--quiet', 'no progress and no remarks on stderr')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .option('--debug', 'show causes and stacks of errors');
}

export function toAppSettings(
  options: GlobalOptions,
  about: Pick<AppSettings, 'cwd' | 'env' | 'says'>,
): AppSettings {
  return {
    ...about,
    ...(options.database === undefined ? {} : { databaseUrl: options.database }),
    ...(options.config === undefined ? {} : { configFile: options.config }),
    ...(options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder }),
  };
}
