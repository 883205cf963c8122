// The commands, in the order of the help page: a new one is one file and one line.
import type { AddCommand } from '../command-runner.js';
import { addAlertsCommand } from './alerts-command.js';
import { addChangesCommand } from './changes-command.js';
import { addClientsCommand } from './clients-command.js';
import { addDeliveriesCommand } from './deliveries-command.js';
import { addDemoCommand } from './demo-command.js';
import { addDoctorCommand } from './doctor-command.js';
import { addEntitiesCommand } from './entities-command.js';
import { addExportCommand } from './export-command.js';
import { addExportsCommand } from './exports-command.js';
import { addFilesCommand } from './files-command.js';
import { addImportCommand } from './import-command.js';
import { addInitCommand } from './init-command.js';
import { addInspectCommand } from './inspect-command.js';
import { addLoadCommand } from './load-command.js';
import { addMappingCommand } from './mapping-command.js';
import { addRolesCommand } from './roles-command.js';
import { addRunsCommand } from './runs-command.js';
import { addSchedulesCommand } from './schedules-command.js';
import { addServeCommand, addStartCommand } from './start-command.js';
import { addStreamCommand } from './stream-command.js';
import { addSubscriptionsCommand } from './subscriptions-command.js';
import { addUninstallCommand } from './uninstall-command.js';
import { addUnitsCommand } from './units-command.js';
import { addUsersCommand } from './users-command.js';
import { addUnwatchCommand, addWatchCommand } from './watch-command.js';
import { addWorkCommand } from './work-command.js';

export const COMMANDS: readonly AddCommand[] = [
  addDemoCommand,
  addInitCommand,
  addDoctorCommand,
  addEntitiesCommand,
  addInspectCommand,
  addImportCommand,
  addExportCommand,
  addExportsCommand,
  addLoadCommand,
  addMappingCommand,
  addRunsCommand,
  addFilesCommand,
  addSchedulesCommand,
  addSubscriptionsCommand,
  addDeliveriesCommand,
  addWatchCommand,
  addUnwatchCommand,
  addAlertsCommand,
  addStartCommand,
  addServeCommand,
  addRolesCommand,
  addUsersCommand,
  addClientsCommand,
  addUnitsCommand,
  addWorkCommand,
  addStreamCommand,
  addChangesCommand,
  addUninstallCommand,
];
