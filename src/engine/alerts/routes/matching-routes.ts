// Which routes an alert takes, and when its steps are due.
import { isOpen, toWindow } from '../../jobs/schedules/index.js';
import { rankOf, type Severity } from '../alert.js';
import type { AlertRoute, QuietHours } from './route.js';

export interface RoutedAlert {
  readonly source: string;
  readonly type: string;
  readonly severity: Severity;
  readonly organization: string | null;
  /** The route whose telling failed, of an alert about that: nobody is told by it of its own failure. */
  readonly failedRoute: string | null;
}

export const findRoutes = (routes: readonly AlertRoute[], alert: RoutedAlert): readonly AlertRoute[] =>
  routes.filter(
    (route) =>
      route.paused !== true &&
      route.name !== alert.failedRoute &&
      (route.sources?.includes(alert.source) ?? true) &&
      (route.types?.includes(alert.type) ?? true) &&
      (route.organizations === undefined ||
        (alert.organization !== null && route.organizations.includes(alert.organization))) &&
      (route.severity === undefined || rankOf(alert.severity) >= rankOf(route.severity)),
  );

const MINUTE_MS = 60_000;
/** No quiet lasts longer: what is always quiet is refused. */
const MOST_MINUTES = 8 * 24 * 60;

/** The moment from which an alert may be told: `now`, or the end of the quiet hours it lies in. */
export function findLoudMoment(quiet: QuietHours | undefined, severity: Severity, now: Date): Date {
  if (quiet === undefined) return now;
  if (quiet.unless !== undefined && rankOf(severity) >= rankOf(quiet.unless)) return now;
  const windows = quiet.between.map(toWindow);
  if (!isOpen(windows, quiet.timeZone, now)) return now;
  let at = Math.ceil((now.getTime() + 1) / MINUTE_MS) * MINUTE_MS;
  for (let i = 0; i < MOST_MINUTES && isOpen(windows, quiet.timeZone, new Date(at)); i++) at += MINUTE_MS;
  return new Date(at);
}

export const inMinutes = (from: Date, minutes: number): Date =>
  new Date(from.getTime() + minutes * MINUTE_MS);
