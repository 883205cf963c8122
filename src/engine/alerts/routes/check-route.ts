// Whether a route can be used, wherever it was written: in the configuration or by the API.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { isOpen, toWindow } from '../../jobs/schedules/index.js';
import { SEVERITIES, type Severity } from '../alert.js';
import { alertsError } from '../alerts-errors.js';
import { type AlertRoute, listTargets } from './route.js';
import { isTarget } from './target.js';

const MOST_TARGETS = 50;
const MOST_MINUTES = 30 * 24 * 60;
const MOST_ESCALATIONS = 10;

/** Throws ALERTS-103, which names the member. */
export function checkRoute(route: AlertRoute): AlertRoute {
  const { name } = route;
  if (!/^\w[\w.-]{0,62}$/.test(name))
    throw malformed(name, 'name', 'letters, digits, dots, dashes and underscores; 63 at most');
  checkTargets(name, 'to', route.to);
  for (const [key, minutes] of [
    ['digestMinutes', route.digestMinutes],
    ['repeatMinutes', route.repeatMinutes],
  ] as const)
    if (minutes !== undefined) checkMinutes(name, key, minutes);
  for (const key of ['sources', 'types', 'organizations'] as const)
    if (route[key]?.length === 0) throw malformed(name, key, 'at least one; leave it out for all');
  checkSeverity(name, 'severity', route.severity);
  if (route.quiet) checkQuiet(name, route.quiet);
  const steps = route.escalate ?? [];
  if (steps.length > MOST_ESCALATIONS) throw malformed(name, 'escalate', `at most ${MOST_ESCALATIONS} steps`);
  for (const [i, { afterMinutes, to }] of steps.entries()) {
    checkMinutes(name, `escalate[${i}].afterMinutes`, afterMinutes);
    checkTargets(name, `escalate[${i}].to`, to);
  }
  if (listTargets(route).length > MOST_TARGETS)
    throw malformed(name, 'to', `at most ${MOST_TARGETS} targets`);
  return route;
}

function checkTargets(route: string, member: string, to: readonly string[]): void {
  if (to.length === 0) throw malformed(route, member, 'at least one target');
  if (to.every(isTarget)) return;
  // The text itself is left out: a part of it may be a secret.
  throw malformed(
    route,
    member,
    'user:ada@example.org, role:administrator, mail:ops@example.org, https://… or chat:https://…',
  );
}

function checkMinutes(route: string, member: string, minutes: number): void {
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return;
  throw malformed(route, member, `whole minutes, from 1 to ${MOST_MINUTES}`);
}

function checkSeverity(route: string, member: string, severity: Severity | undefined): void {
  if (severity === undefined || SEVERITIES.includes(severity)) return;
  const near = didYouMean(String(severity), SEVERITIES);
  throw malformed(route, member, SEVERITIES.join(', '), near && `Did you mean '${near}'?`);
}

function checkQuiet(route: string, { between, timeZone, unless }: NonNullable<AlertRoute['quiet']>): void {
  checkSeverity(route, 'quiet.unless', unless);
  if (between.length === 0) throw malformed(route, 'quiet.between', 'at least one window: 22:00-06:00');
  const windows = between.map((text) => {
    try {
      return toWindow(text);
    } catch {
      throw malformed(
        route,
        'quiet.between',
        'windows as 22:00-06:00, or with days: mon-fri 22:00-06:00, sat,sun 00:00-24:00',
      );
    }
  });
  try {
    const start = Date.UTC(2026, 0, 5);
    const hours = Array.from({ length: 168 * 4 }, (_, i) => new Date(start + i * 900_000));
    if (hours.some((moment) => !isOpen(windows, timeZone, moment))) return;
  } catch {
    throw malformed(route, 'quiet.timeZone', 'a name of the IANA list: Europe/Berlin, UTC');
  }
  throw malformed(
    route,
    'quiet.between',
    'windows that leave some time of the week in which people are told',
  );
}

const malformed = (route: string, member: string, expected: string, hint?: string) =>
  alertsError(103, {
    detail: `The route '${route.slice(0, 63)}': ${member} must be ${expected}.`,
    ...(hint === undefined ? {} : { hint }),
    pointer: { field: member },
  });
