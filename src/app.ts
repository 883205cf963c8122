// The only file that knows every room: builds the app from its parts, and takes it apart again.
import { dirname, join, resolve } from 'node:path';
import { createAppAlerts, REGULAR_ALERT_JOBS, toHookAlerts, toSubscriptionAlerts } from './app-alerts.js';
import { connectDatabase, type DatabaseTarget } from './app-database.js';
import { createOwnSource } from './app-own.js';
import type { AppServer, ServeSettings } from './app-serve.js';
import { prepareDatabase } from './app-setup.js';
import { createSubscriptions } from './app-subscriptions.js';
import { PRUNE_ANSWERS_TASK, pruneAnswers } from './doors/api/idempotency/prune-answers.js';
import { OWN_CATALOG } from './doors/api/own/own-resources.js';
import { createFilesDoor, type FilesDoor, PRUNE_TASK } from './doors/files/files-door.js';
import { createInitialLoadDoor, type InitialLoadDoor } from './doors/initial-load/initial-load-door.js';
import { createNotifyDoor } from './doors/notify/notify-door.js';
import { PRUNE_DELIVERIES_TASK, pruneDeliveries } from './doors/subscriptions/prune-deliveries.js';
import type { SubscriptionsDoor } from './doors/subscriptions/subscriptions-door.js';
import { type Access, createAccess, PRUNE_ACCESS_TASK, PRUNE_KEYS_TASK } from './engine/access/index.js';
import type { AlertCalls, AlertServices } from './engine/alerts/index.js';
import { type CatalogService, createCatalog } from './engine/catalog/index.js';
import { type Changes, createChanges, PRUNE_CHANGES_TASK } from './engine/changes/index.js';
import { createSlotGuard } from './engine/changes/watch/slot-guard.js';
import { createWatchServices, type WatchServices } from './engine/changes/watch/watch-services.js';
import { PRUNE_JOBS_TASK, removeFailedJobs } from './engine/jobs/failed-jobs.js';
import type { JobLog } from './engine/jobs/job-log.js';
import { createJobs, type Jobs } from './engine/jobs/jobs.js';
import { hasRunningImport } from './engine/pipeline/index.js';
import { PRUNE_EXTERNAL_IDS_TASK, pruneExternalIds } from './engine/records/index.js';
import { toStorageSettings } from './engine/storage/index.js';
import { createUploads } from './engine/storage/uploads/uploads.js';
import { readConfig } from './foundation/config/config-file.js';
import { readDataFolder } from './foundation/config/data-folder.js';
import { readKept } from './foundation/config/retention.js';
import { type Clock, systemClock } from './foundation/lifecycle/clock.js';
import { createCloseStack } from './foundation/lifecycle/close-stack.js';
import type { Database } from './foundation/postgres/database.js';

export interface AppSettings {
  /** URL of the database. Wins over DATABASE_URL, that over the configuration; else the embedded PostgreSQL. */
  readonly databaseUrl?: string;
  /** True: the embedded PostgreSQL, whatever else is named. */
  readonly embedded?: boolean;
  /** A database of our own on the server that was found, made if it is missing: never the one that was named. */
  readonly ownDatabase?: string;
  /** Path of the configuration; relative to `cwd`. Default: the next `dovetail.config.*` from `cwd` upward. */
  readonly configFile?: string;
  /** Relative to `cwd`. Default: the configuration's, else `.dovetail`. */
  readonly dataFolder?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told, in plain words, about what takes time. Default: nobody. */
  readonly says?: (line: string) => void;
  /** What workers say. Default: silence. */
  readonly log?: JobLog;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** The name of the daily job that removes uploads that nobody came back for. */
const PRUNE_UPLOADS_TASK = 'uploads.prune';

export interface App {
  readonly database: Database;
  /** Which database it is, for people, without the password. */
  readonly target: DatabaseTarget;
  readonly catalog: CatalogService;
  readonly access: Access;
  readonly jobs: Jobs;
  readonly files: FilesDoor['services'];
  readonly initialLoad: InitialLoadDoor['services'];
  readonly schedules: FilesDoor['schedules'];
  readonly changes: Changes;
  readonly subscriptions: SubscriptionsDoor;
  readonly watch: WatchServices;
  readonly alerts: AlertServices;
  /** For whatever has trouble to tell of: connectors, the change stream. */
  readonly raise: AlertCalls;
  /** Serves every door that has routes, until it is closed. Throws HTTP-121 where it can't listen. */
  serve(settings: ServeSettings): Promise<AppServer>;
  /** Where others find the server, as the configuration says. */
  readonly publicUrl?: string;
  /** Absolute path; absent where there is no configuration. */
  readonly configFile?: string;
  /** Absolute path; made by whoever first puts something there. */
  readonly dataFolder: string;
  /**
   * Makes sure that our schemas are there: sets up the embedded database by itself, throws APP-105 for any other that is
   * not (or not completely) set up, because there somebody wants to see the statements first.
   */
  prepare(): Promise<void>;
  /** Closes everything, last opened first. The embedded PostgreSQL keeps running. */
  close(): Promise<void>;
}

/**
 * Connects and builds. Throws CONFIG-1xx and CATALOG-201 for a configuration that can't be used, APP-101 to 104 and
 * POSTGRES-1xx if there is no way to the database. Sets nothing up in it.
 */
export async function createApp(settings: AppSettings): Promise<App> {
  const entry = join(import.meta.dirname, `index${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);
  const { config, file } = await readConfig({ folder: settings.cwd, file: settings.configFile, entry });
  const configFolder = file === undefined ? undefined : dirname(file);
  const dataFolder = readDataFolder({
    given:
      settings.dataFolder ??
      (config.dataFolder === undefined
        ? undefined
        : resolve(configFolder ?? settings.cwd, config.dataFolder)),
    configFolder,
    workFolder: settings.cwd,
  });

  const closing = createCloseStack();
  try {
    const { database, target } = await connectDatabase({
      option: settings.databaseUrl,
      environment: settings.env['DATABASE_URL'],
      config: config.databaseUrl,
      embedded: settings.embedded,
      ownDatabase: settings.ownDatabase,
      dataFolder,
      says: settings.says ?? (() => {}),
    });
    closing.add('the database', () => database.close());
    const catalog = createCatalog({
      database,
      overrides: config.entities,
      hookAlerts: toHookAlerts(() => alerts.calls),
      schemas: config.schemas,
    });
    const changes = createChanges({
      database,
      clock: settings.clock ?? systemClock,
      hasImport: () => hasRunningImport(database),
      ...config.changes,
    });
    closing.add('the change log', () => changes.close());
    const makeAccess = (of: Database): Access =>
      createAccess({
        database: of,
        own: OWN_CATALOG,
        ...(settings.clock === undefined ? {} : { clock: settings.clock }),
      });
    const access = makeAccess(database);
    const uploads = createUploads({
      database,
      folder: join(dataFolder, 'uploads'),
      clock: settings.clock ?? systemClock,
      ...(config.api?.uploadBytes === undefined ? {} : { maxBytes: config.api.uploadBytes }),
    });
    const kept = readKept(config.keep ?? {}, config.undo?.days);
    const alerts = createAppAlerts({
      database,
      clock: settings.clock ?? systemClock,
      config: config.alerts ?? {},
      dataFolder,
      env: settings.env,
      log: settings.log,
      enqueue: (client, task, payload, options) => jobs.enqueue(client, task, payload, options),
      checkTarget: (to) => notify.services.checkTarget(to),
      keptDays: kept.alerts,
    });
    // Before the database goes.
    closing.add('alerts that were noted', () => alerts.flush());
    const makeFiles = (of: Database): FilesDoor =>
      createFilesDoor({
        database: of,
        alerts: alerts.calls,
        catalog,
        access,
        dataFolder,
        enqueue: (client, task, payload) => jobs.enqueue(client, task, payload),
        sleep: (ms) => (settings.clock ?? systemClock).sleep(ms),
        ...(config.undo?.rows === undefined ? {} : { undoRows: config.undo.rows }),
        ...(config.undo?.days === undefined ? {} : { undoDays: config.undo.days }),
        ...(settings.clock === undefined ? {} : { clock: settings.clock }),
        places: {
          roots: (config.folders ?? ['.']).map((folder) => resolve(configFolder ?? settings.cwd, folder)),
          storages: toStorageSettings(config.storages ?? {}, {
            file: file ?? 'The configuration',
            folder: configFolder ?? settings.cwd,
          }),
          allow: config.allowAddresses ?? [],
          env: settings.env,
        },
        env: settings.env,
        ...(config.runFiles === undefined ? {} : { runFiles: config.runFiles }),
        projectFolder: configFolder ?? settings.cwd,
        ...(config.keep === undefined ? {} : { keep: config.keep }),
        ...(config.differences === undefined ? {} : { differences: config.differences }),
        checkNotify: (to) => notify.services.check(to),
      });
    const files = makeFiles(database);
    const initialLoad = createInitialLoadDoor({
      database,
      catalog,
      settings: config.load,
      projectFolder: configFolder ?? settings.cwd,
      entry,
      alerts: alerts.calls,
      sleep: (ms) => (settings.clock ?? systemClock).sleep(ms),
    });
    const notify = createNotifyDoor({
      database,
      clock: settings.clock ?? systemClock,
      config: config.notify ?? {},
      allow: config.allowAddresses ?? [],
      findFailedRows: files.findFailedRows,
      alerts: alerts.calls,
      findAddress: alerts.findAddress,
    });
    const makeSubscriptions = (of: Database): SubscriptionsDoor =>
      createSubscriptions({
        database: of,
        log: changes.log,
        catalog,
        access,
        onProblem: toSubscriptionAlerts(alerts.calls),
        clock: settings.clock ?? systemClock,
        env: settings.env,
        dataFolder,
        folders: (config.folders ?? ['.']).map((folder) => resolve(configFolder ?? settings.cwd, folder)),
        allow: config.allowAddresses ?? [],
        ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
        ...(settings.log === undefined ? {} : { says: settings.log }),
      });
    const subscriptions = makeSubscriptions(database);
    const clock = settings.clock ?? systemClock;
    const daysAgo = (days: number) => new Date(clock.now().getTime() - days * 86_400_000);
    const slotGuard = createSlotGuard({
      database,
      clock,
      ...(config.changes?.slotBytes === undefined ? {} : { limit: config.changes.slotBytes }),
      onNear: ({ bytes, limit }) =>
        settings.log?.warn({ bytes, limit }, 'The replication slot holds almost as much WAL as it may'),
      onDropped: ({ bytes, limit }) =>
        settings.log?.error(
          { bytes, limit },
          'The replication slot held more WAL than it may, and was dropped: the change stream begins anew',
        ),
      onFailed: (error) =>
        settings.log?.warn(
          { reason: (error as Error).message },
          'The replication slot could not be looked at',
        ),
    });
    const jobs: Jobs = createJobs({
      database,
      tasks: {
        ...files.tasks,
        ...initialLoad.tasks,
        ...notify.tasks,
        ...alerts.tasks,
        [PRUNE_UPLOADS_TASK]: async () => void (await uploads.prune()),
        [PRUNE_ACCESS_TASK]: () => access.prune(daysAgo(kept.tokens)),
        [PRUNE_DELIVERIES_TASK]: () => pruneDeliveries(database, daysAgo(kept.deliveries)),
        [PRUNE_JOBS_TASK]: () => removeFailedJobs(database, daysAgo(kept.jobs)),
        [PRUNE_ANSWERS_TASK]: async () => void (await pruneAnswers(database, clock, kept.answers)),
        [PRUNE_EXTERNAL_IDS_TASK]: async () => void (await pruneExternalIds(database, await catalog.read())),
        [PRUNE_CHANGES_TASK]: async () => void (await changes.prune(daysAgo(kept.changes))),
        [PRUNE_KEYS_TASK]: async () => void (await access.keys.prune(daysAgo(kept.keys))),
      },
      daily: [
        PRUNE_TASK,
        PRUNE_ANSWERS_TASK,
        PRUNE_KEYS_TASK,
        PRUNE_ACCESS_TASK,
        PRUNE_UPLOADS_TASK,
        PRUNE_JOBS_TASK,
        PRUNE_DELIVERIES_TASK,
        PRUNE_EXTERNAL_IDS_TASK,
        PRUNE_CHANGES_TASK,
      ],
      regular: REGULAR_ALERT_JOBS,
      clock: settings.clock ?? systemClock,
      ...(settings.log === undefined ? {} : { log: settings.log }),
    });
    return {
      database,
      target,
      catalog,
      jobs: {
        ...jobs,
        async startWorkers(wish) {
          const workers = await jobs.startWorkers(wish);
          // Also where nobody reads the stream: just then the slot grows.
          const stop = slotGuard.start();
          return { ...workers, stopped: workers.stopped.finally(stop) };
        },
      },
      files: files.services,
      initialLoad: initialLoad.services,
      schedules: files.schedules,
      subscriptions,
      watch: createWatchServices({
        database,
        catalog,
        clock,
        ...(config.changes?.outboxBytes === undefined ? {} : { outboxBytes: config.changes.outboxBytes }),
      }),
      access,
      changes,
      alerts: alerts.services,
      raise: alerts.calls,
      async serve(wish) {
        const { serveApp } = await import('./app-serve.js');
        const served = {
          database,
          catalog,
          access,
          changeLog: changes.log,
          batches: files.batches,
          clock: settings.clock ?? systemClock,
          env: settings.env,
          dataFolder,
          ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
          own: createOwnSource(
            {
              database,
              catalog,
              uploads,
              makeFiles,
              makeAccess,
              makeSubscriptions,
              makeAlerts: alerts.servicesFor,
            },
            files,
            access,
            subscriptions,
          ),
          ...(settings.log === undefined ? {} : { log: settings.log }),
          ...(config.api === undefined ? {} : { api: config.api }),
          ...(config.metrics === undefined ? {} : { scrape: config.metrics }),
        };
        return serveApp(served, wish);
      },
      ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      dataFolder,
      ...(file === undefined ? {} : { configFile: file }),
      prepare: () => prepareDatabase(database, target),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close().catch(() => {});
    throw error;
  }
}
