// One caller who follows changes: what they see by now, and whether they still may.

import type { Position } from '../../../engine/changes/position.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Views } from '../view/entity-view.js';
import { bindCallerViews } from './caller-views.js';
import { type MessagePage, type PageRooms, readMessages } from './change-pages.js';
import type { Admitted } from './changes-gate.js';
import type { FollowWish } from './follow-query.js';

export interface Follower {
  read(after: Position, limit: number): Promise<MessagePage>;
  /** Asks anew who they are and what they may see. Rejects where they may no more. */
  check(): Promise<void>;
  /** Checks every so often until `signal` is aborted; `onRefused` is told once, and nothing is checked any more. */
  watch(clock: Clock, everyMs: number, signal: AbortSignal, onRefused: (error: unknown) => void): void;
}

export async function createFollower(
  rooms: PageRooms,
  admitted: Admitted,
  wish: FollowWish,
): Promise<Follower> {
  let catalog = await admitted.readCatalog();
  let views: Views = await bindCallerViews(rooms.database, catalog, wish);

  async function check(): Promise<void> {
    const now = await (await admitted.again()).readCatalog();
    if (now === catalog) return;
    views = await bindCallerViews(rooms.database, now, wish);
    catalog = now;
  }

  return {
    read: (after, limit) => readMessages(rooms, views, after, limit),
    check,
    watch(clock, everyMs, signal, onRefused) {
      let isChecking = false;
      const stop = clock.every(everyMs, () => {
        if (isChecking) return;
        isChecking = true;
        check()
          .catch((error) => {
            stop();
            onRefused(error);
          })
          .finally(() => {
            isChecking = false;
          });
      });
      signal.addEventListener('abort', stop, { once: true });
    },
  };
}
