// What the commands need of the app: the shape that `src/app.ts` must have, stated by the one who calls it.

import type { FilesServices } from '../doors/files/files-services.js';
import type { SchedulesServices } from '../doors/files/schedules/schedules-services.js';
import type { LoadServices } from '../doors/initial-load/load-services.js';
import type { SubscriptionsDoor } from '../doors/subscriptions/subscriptions-door.js';
import type { Access } from '../engine/access/index.js';
import type { AlertServices } from '../engine/alerts/index.js';
import type { Catalog } from '../engine/catalog/catalog.js';
import type { Changes } from '../engine/changes/index.js';
import type { WatchServices } from '../engine/changes/watch/watch-services.js';
import type { JobLog } from '../engine/jobs/job-log.js';
import type { Database } from '../foundation/postgres/database.js';

export interface AppSettings {
  /** Value of --database: an URL. Wins over DATABASE_URL and the config file. */
  readonly databaseUrl?: string;
  /** Value of --config: a path. Default: the next `dovetail.config.*` from the working folder upward. */
  readonly configFile?: string;
  /** Value of --data-folder. Default: the config's, else `.dovetail` in the working folder. */
  readonly dataFolder?: string;
  /** True: the embedded PostgreSQL, whatever else is named. */
  readonly embedded?: boolean;
  /** A database of our own on the server that was found; made if it is missing. */
  readonly ownDatabase?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what takes its time: `Starting the embedded PostgreSQL`. */
  readonly says?: (line: string) => void;
  /** Told what workers do. */
  readonly log?: JobLog;
}

export interface CliApp {
  readonly database: Database;
  readonly catalog: { read(): Promise<Catalog> };
  /** Absolute path; absent where there is no configuration. */
  readonly configFile?: string;
  /** Which database this is, without its password. */
  readonly target: DatabaseTarget;
  readonly jobs: CliJobs;
  /** Absolute path of the folder for what is Dovetail's own on this machine. */
  readonly dataFolder: string;
  /** Sets up the embedded database where that is needed; throws APP-105 for any other that is not set up. */
  prepare(): Promise<void>;
  /** Absent where the door is left out. */
  readonly files?: FilesServices;
  /** Absent where the door is left out. */
  readonly initialLoad?: LoadServices;
  readonly schedules?: SchedulesServices;
  /** Absent where the door is left out. */
  readonly subscriptions?: SubscriptionsDoor;
  /** Absent where the change stream is left out. */
  readonly watch?: WatchServices;
  /** Absent where the room is left out. */
  readonly alerts?: AlertServices;
  /** Absent where there is no server. */
  serve?(settings: {
    readonly host?: string;
    readonly port?: number;
    readonly signal?: AbortSignal;
  }): Promise<{
    readonly url: string;
    /** A link with which the first administrator sets a password; undefined where there are users. Absent where nobody signs in. */
    inviteFirst?(): Promise<string | undefined>;
    close(): Promise<void>;
  }>;
  /** Where others find the server, as the configuration says. */
  readonly publicUrl?: string;
  /** Absent where the room is left out. */
  readonly changes?: Pick<Changes, 'log' | 'runStream'>;
  /** Absent where the room is left out. */
  readonly access?: Access;
  close(): Promise<void>;
}

export interface DatabaseTarget {
  readonly kind: 'option' | 'environment' | 'config' | 'embedded';
  /** For people: `shop on db.example:5432 (DATABASE_URL)`. */
  readonly says: string;
  /** True for a database that is Dovetail's alone. */
  readonly ours: boolean;
}

export interface CliJobs {
  /** Runs jobs until `signal` aborts, then lets those that run come to an end. */
  startWorkers(settings: { readonly concurrency: number; readonly signal: AbortSignal }): Promise<{
    readonly id: string;
    readonly tasks: readonly string[];
    /** Resolves when the last job has ended. */
    readonly stopped: Promise<void>;
  }>;
}

export type CreateApp = (settings: AppSettings) => Promise<CliApp>;
