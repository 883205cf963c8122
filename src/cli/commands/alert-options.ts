// The filters of alerts: the same for the list and for every act on many.
import { type Command, Option } from 'commander';
import { ALERT_STATES, type AlertState, SEVERITIES, type Severity } from '../../engine/alerts/alert.js';
import type { AlertFilter } from '../../engine/alerts/alert-filter.js';
import { toMoment } from '../option-values.js';

export interface AlertFilterOptions {
  readonly source?: string;
  readonly resource?: string;
  readonly type?: string;
  readonly user?: string;
  readonly organization?: string;
  readonly severity?: Severity;
  readonly state?: AlertState;
  readonly since?: Date;
}

/** `resolved`: what `--resolved` does here. */
export function addAlertFilters(command: Command, resolved: string): Command {
  return command
    .option('--source <name>', 'only alerts of this source: imports, schedules, jobs, disk …')
    .option('--resource <name>', 'only about this kind of thing: an entity, a task')
    .option('--type <name>', 'only of this type: failed, partly_failed, expiring …')
    .option('--user <name>', "only of this one's doing")
    .option('--organization <id>', 'only of this organization')
    .addOption(new Option('--severity <word>', 'only so severe').choices(SEVERITIES))
    .addOption(new Option('--state <word>', 'only in this state').choices(ALERT_STATES))
    .option('--since <date>', 'only raised or changed from this day or moment on: 2026-11-27', toMoment)
    .option('--resolved', resolved);
}

export const toAlertFilter = (options: AlertFilterOptions): AlertFilter => {
  const { source, resource, type, user, organization, severity, state, since } = options;
  const all = { source, resource, type, user, organization, severity, state, since };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
};
