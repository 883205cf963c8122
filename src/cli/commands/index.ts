// The commands, in the order of the help page: a new one is one file and one line.
import type { AddCommand } from '../command-runner.js';
import { addDemoCommand } from './demo-command.js';
import { addEntitiesCommand } from './entities-command.js';
import { addExportCommand } from './export-command.js';
import { addImportCommand } from './import-command.js';
import { addInitCommand } from './init-command.js';
import { addRunsCommand } from './runs-command.js';
import { addSchedulesCommand } from './schedules-command.js';
import { addUninstallCommand } from './uninstall-command.js';
import { addWorkCommand } from './work-command.js';

export const COMMANDS: readonly AddCommand[] = [
  addDemoCommand,
  addInitCommand,
  addEntitiesCommand,
  addImportCommand,
  addExportCommand,
  addRunsCommand,
  addSchedulesCommand,
  addWorkCommand,
  addUninstallCommand,
];
