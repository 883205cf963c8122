// What lets programs in, before it runs out: keys of clients, and keys that sign. Who has them hands over what there is to know.
import type { AlertWish } from '../alert.js';
import type { Watcher } from './watcher.js';

export interface Credentials {
  /** Keys of clients that end before the moment. */
  readonly readEnding: (before: Date) => Promise<
    readonly {
      readonly id: string;
      readonly client: string;
      readonly expiresAt: Date;
      readonly lastUsedAt?: Date;
    }[]
  >;
  /** True where a key that signs should have been followed by another long ago. */
  readonly isSigningOverdue: (now: Date) => Promise<boolean>;
}

const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;

export function createCredentialWatcher(now: () => Date, from: Credentials): Watcher {
  return {
    scope: { source: 'credentials' },
    async look() {
      const keys = await from.readEnding(new Date(now().getTime() + SOON_MS));
      return [
        ...keys.map((key) => toKeyAlert(key, now())),
        ...((await from.isSigningOverdue(now())) ? [SIGNING] : []),
      ];
    },
  };
}

function toKeyAlert(
  { id, client, expiresAt }: { readonly id: string; readonly client: string; readonly expiresAt: Date },
  now: Date,
): AlertWish {
  const over = expiresAt <= now;
  return {
    source: 'credentials',
    type: over ? 'expired' : 'expiring',
    resource: 'client key',
    itemId: id,
    severity: over ? 'error' : 'warning',
    message: over
      ? `Key ${id} of the client ${client} expired on ${toDay(expiresAt)}: dovetail clients keys revoke ${id}, or make another.`
      : `Key ${id} of the client ${client} expires on ${toDay(expiresAt)}: dovetail clients keys rotate ${id}`,
    details: { key: id, client, expiresAt: expiresAt.toISOString() },
  };
}

const toDay = (moment: Date): string => moment.toISOString().slice(0, 10);

const SIGNING: AlertWish = {
  source: 'credentials',
  type: 'not_renewed',
  resource: 'signing key',
  severity: 'error',
  message:
    'The key that signs ID tokens should have been followed by another, and was not. Is a server up to date running?',
};
