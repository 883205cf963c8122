// The door over a database of its own and a log in memory, with everything quicker than in earnest.

import type { DeliveryTiming } from '../../src/doors/subscriptions/deliver/delivery-timing.js';
import type { SubscriptionWish } from '../../src/doors/subscriptions/services/subscription-wish.js';
import type { SubscriptionProblem } from '../../src/doors/subscriptions/subscription-problem.js';
import {
  createSubscriptionsDoor,
  type SubscriptionsDoor,
} from '../../src/doors/subscriptions/subscriptions-door.js';
import { createAccess, PROGRAM } from '../../src/engine/access/index.js';
import { createCatalog, type EntityOverrides } from '../../src/engine/catalog/index.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createSeal } from '../../src/foundation/secrets/seal.js';
import { createTestDatabase } from '../support/test-database.js';
import { createMemoryLog, type MemoryLog } from './memory-log.js';
import { startReceiver, type WebhookReceiver } from './webhook-receiver.js';

export const QUICK: DeliveryTiming = {
  tickMs: 5,
  claimMs: 20,
  leaseMs: 2_000,
  saveMs: 10,
  retryMs: [10, 20],
  giveUpMs: 60_000,
  breakAfter: 1_000,
  breakMs: [20],
  disableMs: 600_000,
};

export interface SubscriptionsFixture {
  readonly database: Database;
  readonly log: MemoryLog;
  readonly door: SubscriptionsDoor;
  readonly receiver: WebhookReceiver;
  readonly problems: SubscriptionProblem[];
  readonly errors: unknown[];
  readonly access: ReturnType<typeof createAccess>;
  /** Another process: the same tables and the same log. */
  another(timing?: Partial<DeliveryTiming>): SubscriptionsDoor;
  /** A wish for changes of `item`, to the receiver. */
  wish(changes?: Partial<SubscriptionWish>): SubscriptionWish;
  drop(): Promise<void>;
}

export interface FixtureOptions {
  readonly ddl?: string;
  readonly from?: 'empty' | 'shop';
  readonly timing?: Partial<DeliveryTiming>;
  readonly overrides?: EntityOverrides;
}

export const ITEMS = `create table item (id bigint primary key, name text, price numeric, status text, unit text);
  alter table item replica identity full`;

export async function createSubscriptionsFixture(
  options: FixtureOptions = {},
): Promise<SubscriptionsFixture> {
  const at = await createTestDatabase(options.from ?? 'empty');
  await migrate(at.database);
  await at.database.query(options.ddl ?? ITEMS);
  const log = createMemoryLog();
  const receiver = await startReceiver();
  const problems: SubscriptionProblem[] = [];
  const errors: unknown[] = [];
  const catalog = createCatalog({ database: at.database, overrides: options.overrides });
  const access = createAccess({ database: at.database });
  const another = (timing: Partial<DeliveryTiming> = {}) =>
    createSubscriptionsDoor({
      database: at.database,
      log,
      catalog,
      access,
      seal: () => createSeal(Buffer.alloc(32, 5)),
      sinkRooms: { clock: systemClock, allow: [receiver.address], folders: [] },
      base: '/api',
      clock: systemClock,
      timing: { ...QUICK, ...options.timing, ...timing },
      onProblem: (problem) => problems.push(problem),
      onError: (error) => errors.push(error),
    });
  return {
    database: at.database,
    log,
    door: another(),
    receiver,
    problems,
    errors,
    access,
    another,
    wish: (changes = {}) => ({
      name: 'hook',
      owner: { kind: 'program', id: PROGRAM.id },
      wants: [{ entity: 'item' }],
      sink: 'webhook',
      settings: { url: receiver.url },
      createdBy: { kind: 'user', id: 'ada' },
      ...changes,
    }),
    async drop() {
      await receiver.close();
      await at.drop();
    },
  };
}

/** Asks again and again, and returns the first answer that is not undefined or false. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((go) => setTimeout(go, 5));
  }
}
