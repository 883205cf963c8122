// Answers are kept for as long as somebody may send a request again.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { forgetAnswers } from './answer-store.js';

export const PRUNE_ANSWERS_TASK = 'api.prune-answers';

export const pruneAnswers = (db: Queryable, clock: Clock, days: number): Promise<number> =>
  forgetAnswers(db, new Date(clock.now().getTime() - days * 86_400_000));
