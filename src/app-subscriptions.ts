// The door `subscriptions`, put together from what the app has.

import type { SubscriptionProblem } from './doors/subscriptions/subscription-problem.js';
import { createSubscriptionsDoor, type SubscriptionsDoor } from './doors/subscriptions/subscriptions-door.js';
import type { Access } from './engine/access/index.js';
import type { CatalogService } from './engine/catalog/index.js';
import type { ChangeLog } from './engine/changes/index.js';
import type { JobLog } from './engine/jobs/job-log.js';
import type { Clock } from './foundation/lifecycle/clock.js';
import type { Database } from './foundation/postgres/database.js';
import { readMasterKey } from './foundation/secrets/master-key.js';
import { createSeal, type Seal } from './foundation/secrets/seal.js';

export interface SubscribedRooms {
  readonly database: Database;
  readonly log: ChangeLog;
  readonly catalog: CatalogService;
  readonly access: Access;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  /** Absolute folders that may be written to. */
  readonly folders: readonly string[];
  /** `host:port` of private addresses that may be connected to. */
  readonly allow: readonly string[];
  readonly publicUrl?: string;
  readonly says?: JobLog;
  /** Told of what somebody should know. Never fails. */
  readonly onProblem?: (problem: SubscriptionProblem) => Promise<void>;
}

export function createSubscriptions(rooms: SubscribedRooms): SubscriptionsDoor {
  const { database, log, catalog, access, clock, allow, folders, says } = rooms;
  let seal: Seal | undefined;
  return createSubscriptionsDoor({
    database,
    log,
    catalog,
    access,
    clock,
    seal: () => {
      seal ??= createSeal(readMasterKey(rooms));
      return seal;
    },
    sinkRooms: { clock, allow, folders },
    base: `${rooms.publicUrl?.replace(/\/+$/, '') ?? ''}/api`,
    onProblem: (problem) => {
      const { kind, subscription, says: why } = problem;
      void rooms.onProblem?.(problem);
      const fields = { subscription: subscription.name, ...(why === '' ? {} : { why }) };
      if (kind === 'recovered') says?.info(fields, 'a subscription delivers again');
      else says?.warn(fields, `a subscription has trouble: ${kind}`);
    },
    onError: (error) =>
      says?.error({ error: (error as Error).message }, 'delivering was interrupted, and goes on by itself'),
  });
}
