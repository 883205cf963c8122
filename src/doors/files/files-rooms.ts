// What the door `files` needs of the rooms below and of the app, and what every part of it has at hand.
import type { AlertCalls } from '../../engine/alerts/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { KeepConfig } from '../../foundation/config/project-config.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import type { CallerRooms } from './caller-catalog.js';
import type { FetchLimits } from './file-fields/fetch-address.js';
import { importError } from './import/import-errors.js';
import type { ImportRooms } from './import/import-work.js';
import type { RunFiles } from './run-files/run-files.js';
import type { PlaceSettings } from './schedules/place.js';

export interface FilesRooms extends CallerRooms {
  readonly database: Database;
  /** Puts a job into the queue, in the given transaction. */
  readonly enqueue: (client: Queryable, task: string, payload: unknown) => Promise<unknown>;
  readonly dataFolder: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly leaseSeconds?: number;
  readonly patienceMs?: number;
  /** Up to how many written records a run keeps what they were; 0: none. Default 100,000. */
  readonly undoRows?: number;
  /** For how many days it is kept. Default 30. */
  readonly undoDays?: number;
  /** Of how many records of each kind a dry run keeps the differences. Default 10,000. */
  readonly differences?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Where schedules may take files from and put them. Default: nowhere. */
  readonly places?: PlaceSettings;
  /** The storage, of those in `places`, in which run files lie. Default: the data folder. */
  readonly runFiles?: string;
  /** How long what is kept of runs is kept. Default: runs for ever, files for 90 days. */
  readonly keep?: KeepConfig;
  /** Throws where nobody can be told. Default: nothing is checked. */
  readonly checkNotify?: (to: string) => void;
  /** Where `{env:NAME}` in the headers of an address is looked up. Default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative folders in the configuration of fields are relative to. Default: the working folder. */
  readonly projectFolder?: string;
  /** Told of runs and firings that failed, or went well again. Default: nobody. */
  readonly alerts?: Pick<AlertCalls, 'raise' | 'settle'>;
  /** How patient it is with addresses of files. */
  readonly fetchLimits?: Partial<FetchLimits>;
}

/** The same, with what the door adds for its parts. */
export interface DoorParts extends Omit<FilesRooms, 'runFiles'> {
  readonly runFiles: RunFiles;
  readonly spoolFolder: string;
  readonly openFiles: ImportRooms['openFiles'];
  /** Whoever is to be told of the run's end is told by a job of its own, queued in the transaction that ends the run. */
  readonly tellOfEnd: (client: Queryable, run: string) => Promise<void>;
}

export const NOBODY_KNOWN: Origin = { kind: 'user', id: 'unknown' };

/** A worker has nobody to ask. */
export async function refuseToAnswer(): Promise<never> {
  throw importError(106, { detail: 'Nobody is there to be asked.' });
}
