// Answers are kept for a day: whoever sends a request again does so sooner.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { forgetAnswers } from './answer-store.js';

export const PRUNE_ANSWERS_TASK = 'api.prune-answers';
const KEPT_MS = 24 * 3_600_000;

export const pruneAnswers = (db: Queryable, clock: Clock): Promise<number> =>
  forgetAnswers(db, new Date(clock.now().getTime() - KEPT_MS));
