// The daily cut of the delivery log.
import type { Queryable } from '../../foundation/postgres/database.js';
import { cutDeliveries } from './store/delivery-log.js';

/** The name of the daily job. */
export const PRUNE_DELIVERIES_TASK = 'subscriptions.prune';

/** Attempts of one subscription that are kept at most. */
const MOST_DELIVERIES = 10_000;

/** Attempts before the moment go, and of each subscription those beyond the newest 10,000. */
export const pruneDeliveries = (db: Queryable, before: Date): Promise<void> =>
  cutDeliveries(db, before, MOST_DELIVERIES);
