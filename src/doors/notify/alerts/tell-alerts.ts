// The job that tells one target of the alerts that are due: what was told is noted at once, and what can't be told becomes an alert.
import {
  type AlertCalls,
  markFailed,
  markSent,
  type OpenNotice,
  readOpenNotices,
  type TellWish,
} from '../../../engine/alerts/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { maskSecrets } from '../../../foundation/secrets/secret-mask.js';
import type { Notice } from '../notifier.js';
import { toAlertNotice } from './alert-notice.js';

export interface TellRooms {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly alerts: AlertCalls;
  /** The address that the target stands for; undefined if its route names it no more. */
  readonly findAddress: (wish: TellWish) => Promise<string | undefined>;
  readonly tell: (to: string, notice: Notice, signal: AbortSignal) => Promise<void>;
}

export interface TellJob {
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** From this attempt on somebody hears that a target can't be reached, though it is tried on: some minutes after the first. */
const TELLING_ATTEMPT = 4;

/**
 * A kill after the other side took it and before that is noted tells it again, under the same number. Throws what the notifier throws, so
 * that the queue tries again what may pass.
 */
export async function tellAlerts(rooms: TellRooms, wish: TellWish, job: TellJob): Promise<void> {
  const { database, clock } = rooms;
  const told = (await readOpenNotices(database, wish.notices)).filter(isWorthTelling);
  if (told.length === 0) return;
  const ids = told.map(({ id }) => id);
  try {
    const to = await rooms.findAddress(wish);
    if (to === undefined)
      return await markFailed(database, ids, clock.now(), 'The route does not name it any more.');
    await rooms.tell(to, toAlertNotice(wish.route, told), job.signal);
  } catch (error) {
    if (!job.signal.aborted) await noteFailure(rooms, wish, job, ids, error);
    throw error;
  }
  await markSent(database, ids, clock.now());
  await rooms.alerts.settle({ source: 'notify', resource: wish.route, itemId: wish.target });
}

/** What was resolved before anybody heard of it is no news. */
const isWorthTelling = ({ step, alert }: OpenNotice): boolean =>
  step === 'resolved' || alert.state !== 'resolved';

async function noteFailure(
  { database, clock, alerts }: TellRooms,
  { route, target }: TellWish,
  job: TellJob,
  ids: readonly string[],
  error: unknown,
): Promise<void> {
  const says = maskSecrets(error instanceof DovetailError ? error.detail : (error as Error).message);
  const passes = !(error instanceof DovetailError) || error.consequence === 'retry';
  const last = !passes || job.attempt >= job.maxAttempts;
  if (last) await markFailed(database, ids, clock.now(), says);
  if (!last && job.attempt < TELLING_ATTEMPT) return;
  await alerts.raise({
    source: 'notify',
    type: 'failed',
    resource: route,
    itemId: target,
    severity: last ? 'error' : 'warning',
    message: `${target} could not be told by the route ${route}${last ? '' : ', and is tried again'}: ${says}`,
    details: { route, target, attempts: job.attempt },
  });
}
