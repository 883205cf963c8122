// How long what Dovetail keeps is kept: the one table of it. A worker removes what is older, once a day.
import type { KeepConfig } from './project-config.js';

export interface Retained {
  /** Its key under `keep` in the configuration; absent for what is not to be set. */
  readonly key?: keyof KeepConfig;
  /** What it is, for people. */
  readonly what: string;
  /** Where it lies: tables of the schema `dovetail`, or folders. */
  readonly where: readonly string[];
  /** Days from its end; `for ever`; or the key whose days it has. */
  readonly days: number | 'for ever' | keyof KeepConfig;
}

export const RETENTION: readonly Retained[] = [
  {
    key: 'runs',
    what: 'Runs that are over, with counters, checkpoints and all that hangs on them',
    where: [
      'runs',
      'run_checkpoints',
      'run_parts',
      'run_postponed',
      'run_seen',
      'run_undo_tables',
      'run_differences',
    ],
    days: 'for ever',
  },
  { key: 'errors', what: 'Errors and warnings of runs that are over', where: ['run_errors'], days: 'runs' },
  {
    key: 'undo',
    what: 'What runs wrote over, so that they can be undone',
    where: ['run_undo'],
    days: 30,
  },
  {
    key: 'files',
    what: 'Files of failed rows and of exports by the API, and copies of sources whose run is over',
    where: ['runs/ and spool/ in the data folder, or the storage of `runFiles`'],
    days: 90,
  },
  { key: 'firings', what: 'What schedules did at each moment', where: ['schedule_firings'], days: 'runs' },
  {
    what: 'Uploads that nothing is added to, whole or not',
    where: ['uploads', 'uploads/ in the data folder'],
    days: 7,
  },
  {
    key: 'answers',
    what: 'Answers to requests with an Idempotency-Key',
    where: ['idempotency_keys'],
    days: 1,
  },
  {
    key: 'keys',
    what: 'Keys of clients that are revoked or have expired',
    where: ['api_keys'],
    days: 365,
  },
  {
    key: 'deliveries',
    what: 'Attempts to deliver, and of each subscription no more than the newest 10,000',
    where: ['deliveries'],
    days: 7,
  },
  {
    what: 'Messages that wait or were given up, until they are delivered, sent again or their subscription is deleted',
    where: ['parked_messages'],
    days: 'for ever',
  },
  {
    key: 'tokens',
    what: 'Tokens, codes, sessions and one-time links that are over',
    where: ['oauth_objects', 'sessions', 'invitations'],
    days: 1,
  },
  {
    key: 'jobs',
    what: 'Jobs that were tried as often as may be, and left (what is done leaves the queue at once)',
    where: ['the schema dovetail_jobs'],
    days: 90,
  },
  {
    key: 'changes',
    what: 'The change log, in parts of an hour or 256 MB; which columns tables had is kept for ever',
    where: ['changes', 'change_parts'],
    days: 3,
  },
  {
    key: 'alerts',
    what: 'Alerts that are resolved, with who was told; removed once a week',
    where: ['alerts', 'alert_steps', 'alert_notices'],
    days: 30,
  },
];

/** Days by key; undefined: for ever. */
export interface Kept {
  readonly runs: number | undefined;
  readonly errors: number | undefined;
  readonly firings: number | undefined;
  readonly undo: number;
  readonly files: number;
  readonly answers: number;
  readonly keys: number;
  readonly tokens: number;
  readonly jobs: number;
  readonly changes: number;
  readonly alerts: number;
  readonly deliveries: number;
}

type Key = keyof KeepConfig;

/** What the configuration says, else the table. `undoDays`: what `undo.days` says, the older way to say `keep.undo`. */
export function readKept(keep: KeepConfig, undoDays?: number): Kept {
  const said: KeepConfig = undoDays === undefined ? keep : { undo: undoDays, ...keep };
  const find = (key: Key): number | undefined => {
    const days = said[key] ?? RETENTION.find((one) => one.key === key)?.days;
    return typeof days === 'number'
      ? days
      : days === undefined || days === 'for ever'
        ? undefined
        : find(days);
  };
  const read = (key: Key): number => find(key) ?? Number.POSITIVE_INFINITY;
  return {
    runs: find('runs'),
    errors: find('errors'),
    firings: find('firings'),
    undo: read('undo'),
    files: read('files'),
    answers: read('answers'),
    keys: read('keys'),
    tokens: read('tokens'),
    jobs: read('jobs'),
    changes: read('changes'),
    alerts: read('alerts'),
    deliveries: read('deliveries'),
  };
}
