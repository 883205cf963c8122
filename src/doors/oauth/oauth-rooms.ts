// What the door needs of the rest of the program.
import type { Access, SigningKeys } from '../../engine/access/index.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';

export interface OAuthRooms {
  readonly access: Pick<
    Access,
    'authenticateUser' | 'invitations' | 'oauth' | 'refresh' | 'sessions' | 'tokens' | 'users'
  >;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** Cookies are signed with keys made of it. */
  readonly masterKey: Buffer;
  /** Where others find this server, without a slash at the end: known when it listens. */
  readonly publicUrl: () => string;
  /** Whether they come by https, which is known before. */
  readonly isSecure: boolean;
  /** Told of what went wrong inside. */
  readonly onError: (error: unknown, where: { readonly method: string; readonly path: string }) => void;
}
