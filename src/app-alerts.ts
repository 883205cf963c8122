// Alerts put together: what the rooms that they may not know hand over, and what is watched on this machine.
import { hostname } from 'node:os';
import { TELL_ALERTS_TASK } from './doors/notify/notify-door.js';
import type { SubscriptionProblem } from './doors/subscriptions/subscription-problem.js';
import { findPeople, isSigningKeyOverdue, readEndingKeys, readHolderName } from './engine/access/index.js';
import {
  ALERTS_QUEUE,
  type AlertCalls,
  type AlertRoute,
  type Alerts,
  type AlertsRooms,
  checkRoute,
  createAlerts,
  createCredentialWatcher,
  createDiskWatcher,
  createJobWatcher,
  createScheduleWatcher,
  PRUNE_ALERTS_TASK,
  WATCH_TASK,
  type Watcher,
} from './engine/alerts/index.js';
import type { HookAlerts } from './engine/catalog/index.js';
import type { JobLog } from './engine/jobs/job-log.js';
import type { RegularJob } from './engine/jobs/regular-jobs.js';
import { LEASE_SECONDS, listAbandonedRuns } from './engine/pipeline/index.js';
import type { AlertsConfig } from './foundation/config/project-config.js';
import type { Clock } from './foundation/lifecycle/clock.js';
import type { Database } from './foundation/postgres/database.js';
import { readMasterKey } from './foundation/secrets/master-key.js';
import { createSeal, type Seal } from './foundation/secrets/seal.js';

export interface AppAlertsRooms extends Pick<AlertsRooms, 'enqueue' | 'checkTarget' | 'keptDays'> {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: AlertsConfig;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: JobLog | undefined;
}

/** Throws ALERTS-103 for a route of the configuration that can't be used. */
export function createAppAlerts(rooms: AppAlertsRooms): Alerts {
  const { database, clock, dataFolder, env, log } = rooms;
  const now = () => clock.now();
  let seal: Seal | undefined;
  return createAlerts({
    ...rooms,
    now,
    findOwner: readHolderName,
    findPeople,
    tellTask: TELL_ALERTS_TASK,
    configured: Object.entries(rooms.config.routes ?? {}).map(
      ([name, route]): AlertRoute => checkRoute({ ...route, name }),
    ),
    // Read when it is needed first: most commands need none, and should make none.
    seal: () => {
      seal ??= createSeal(readMasterKey({ env, dataFolder }));
      return seal;
    },
    watchers: [
      createDiskWatcher({ folder: dataFolder, host: hostname() }),
      createJobWatcher(database),
      createScheduleWatcher(database, now),
      createCredentialWatcher(now, {
        readEnding: (before) => readEndingKeys(database, before),
        isSigningOverdue: (at) => isSigningKeyOverdue(database, at),
      }),
      toRunWatcher(database),
    ],
    onFailure: (says) => log?.warn({ says }, 'An alert could not be written'),
  });
}

/** A worker takes a run over within seconds; what lies longer waits for somebody. */
const toRunWatcher = (database: Database): Watcher => ({
  scope: { source: 'runs', type: 'interrupted' },
  async look() {
    const abandoned = await listAbandonedRuns(database, 4 * LEASE_SECONDS);
    return abandoned.map(({ id, title, since }) => ({
      source: 'runs',
      type: 'interrupted',
      itemId: id,
      severity: 'warning',
      message: `Run ${id} (${title}) was left in the middle: dovetail runs resume ${id}, or dovetail runs cancel ${id}.`,
      details: { run: id, since: since.toISOString() },
    }));
  },
});

export const REGULAR_ALERT_JOBS: readonly RegularJob[] = [
  { task: WATCH_TASK, minutes: 1, queue: ALERTS_QUEUE },
  { task: PRUNE_ALERTS_TASK, minutes: 7 * 24 * 60 },
];

/** Takes what somebody should know of a subscription to the alerts. What was given up stays told: a later success does not bring it back. */
export const toSubscriptionAlerts =
  (alerts: AlertCalls) =>
  async ({ kind, subscription, says, messageId }: SubscriptionProblem): Promise<void> => {
    const key = { source: 'subscriptions', itemId: subscription.name };
    if (kind === 'recovered') {
      for (const type of ['failing', 'disabled']) await alerts.settle({ ...key, type });
      return;
    }
    await alerts.raise({
      ...key,
      type: kind.replaceAll('-', '_'),
      severity: kind === 'failing' ? 'warning' : 'error',
      message: `The subscription ${subscription.name}: ${says}`,
      externalId: messageId,
      details: { subscription: subscription.id },
    });
  };

/** Where alerts of hooks go. */
export const toHookAlerts = (alerts: () => Alerts['calls']): HookAlerts => ({
  alert({ entity, hook }, alert) {
    alerts().note({
      ...alert,
      source: 'hooks',
      type: alert.type ?? 'hook',
      resource: alert.resource ?? entity,
      operation: alert.operation ?? hook,
      severity: alert.severity ?? 'warning',
    });
  },
  settle({ entity }, { type, itemId }) {
    void alerts().settle({
      source: 'hooks',
      resource: entity,
      ...(type === undefined ? {} : { type }),
      ...(itemId === undefined ? {} : { itemId }),
    });
  },
});
