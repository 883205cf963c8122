// What a project's `dovetail.config.ts` may hold, as far as this floor knows: entities and storages are typed by the engine.

type Anything = Readonly<Record<string, unknown>>;

export interface DovetailConfig<Entities = Anything, Storages = Anything> {
  /** Connection string. The environment's DATABASE_URL wins over it. */
  readonly databaseUrl?: string;
  /** Where run files and the embedded PostgreSQL lie; relative to the configuration file. */
  readonly dataFolder?: string;
  /** Schemas to show, or not to. Default: all of the application's. */
  readonly schemas?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  /**
   * What imports keep of what they write over, so that they can be undone: up to `rows` records a run (default 100,000;
   * 0: nothing), for `days` days (default 30).
   */
  readonly undo?: { readonly rows?: number; readonly days?: number };
  readonly entities?: Entities;
  /** Scripts and fixtures that `dovetail load` applies. */
  readonly load?: LoadSettings;
  /** Folders that schedules may read and write, relative to the configuration file. Default: the file's own folder. */
  readonly folders?: readonly string[];
  /** Places with a name, for schedules: `storage:NAME/in/*.csv`. Folders, S3 and SFTP. */
  readonly storages?: Storages;
  /**
   * The storage, by name, in which copies of sources and files of failed rows lie, so that a worker on another machine can go on with a
   * run. Default: the data folder.
   */
  readonly runFiles?: string;
  /** Hosts with ports at private addresses that may be connected to, by storages too: `erp.local:8080`. Default: none. */
  readonly allowAddresses?: readonly string[];
  /** How the end of a run is told. */
  readonly notify?: NotifyConfig;
  /**
   * Where others find `dovetail start` and `serve`, if not where they listen: `https://dovetail.example.org`. Tokens, cookies and links
   * are made for it.
   */
  readonly publicUrl?: string;
  /** What `dovetail start` and `serve` answer. */
  readonly api?: ApiSettings;
  /** Who is told of which alerts. */
  readonly alerts?: AlertsConfig;
  /** Who may read `/metrics`. */
  readonly metrics?: MetricsConfig;
  /** The change stream. */
  readonly changes?: ChangesConfig;
  /** How long what is kept is kept, in days. */
  readonly keep?: KeepConfig;
  /** Of how many records of each kind (added, updated, deleted) a dry run by the API keeps the differences. Default: 10,000. */
  readonly differences?: number;
}

export interface LoadSettings {
  /** Where they lie; relative to the configuration file. Default: `load`. */
  readonly folder?: string;
  /** Names of environments. A folder of such a name, or a file `….NAME.yaml`, is only loaded with `--env NAME`. */
  readonly environments?: readonly string[];
  /** What a file can't say in a head of its own, by its path in the folder: `{ '1.0/unit.csv': { after: 'tax.yaml' } }`. */
  readonly files?: Readonly<Record<string, LoadFileSettings>>;
}

export interface LoadFileSettings {
  /** The entity that the records of a table file are of. Default: the file's name without leading digits and ending. */
  readonly entity?: string;
  /** Files that must be applied before: by path in the folder, or by name. */
  readonly after?: readonly string[] | string;
  /** The environments that it is for. Default: all. */
  readonly environments?: readonly string[] | string;
  /** `once`, the default, or `in-step`: applied again whenever the file has changed. */
  readonly keep?: 'once' | 'in-step';
  /** `add`, `add_or_update` (the default) or `mirror`. */
  readonly strategy?: 'add' | 'add_or_update' | 'mirror';
}

export interface NotifyConfig {
  /** The server that takes mails: `smtps://user:password@mail.example.org`, or `smtp://…:587`. */
  readonly smtp?: string;
  /** Whom mails are from. Needed with `smtp`. */
  readonly from?: string;
  /** What webhooks are signed with: `whsec_` and 24 to 64 bytes in base64. Needed for webhooks. */
  readonly webhookSecret?: string;
}

export interface AlertsConfig {
  /** By name, beside those that are made by the API. An alert takes every route that it fits. */
  readonly routes?: Readonly<Record<string, AlertRouteConfig>>;
}

export interface AlertRouteConfig {
  /** Only alerts of these sources: `imports`, `schedules`, `jobs`, `disk` … Default: of all. */
  readonly sources?: readonly string[];
  /** Only of these types: `failed`, `partly_failed`, `given_up` … Default: of all. */
  readonly types?: readonly string[];
  /** Only of these organizations. Default: of all. */
  readonly organizations?: readonly string[];
  /** At least so severe: `info`, `warning`, `error` or `critical`. Default: all. */
  readonly severity?: 'info' | 'warning' | 'error' | 'critical';
  /** Who is told: `user:ada@example.org`, `role:administrator`, `mail:ops@example.org`, `https://…` (signed), `chat:https://…`. */
  readonly to: readonly string[];
  /** Alerts are collected for so long, and told in one message. Default: each is told at once. */
  readonly digestMinutes?: number;
  /** While an alert is open it is told again after so long. Default: once. */
  readonly repeatMinutes?: number;
  /** Hours in which nobody is told, but at their end: `{ between: ['22:00-06:00'], timeZone: 'Europe/Berlin', unless: 'critical' }`. */
  readonly quiet?: {
    readonly between: readonly string[];
    readonly timeZone: string;
    readonly unless?: 'info' | 'warning' | 'error' | 'critical';
  };
  /** Others who are told if nobody acknowledges it in time: `[{ afterMinutes: 60, to: ['role:manager'] }]`. */
  readonly escalate?: readonly { readonly afterMinutes: number; readonly to: readonly string[] }[];
  /** `true`: whoever was told is also told that it is over. */
  readonly tellsResolved?: boolean;
  /** `true`: nothing new is told. */
  readonly paused?: boolean;
}

export interface ApiSettings {
  /** Origins of programs in browsers that may read answers: `https://app.example.org`. Default: none. */
  readonly origins?: readonly string[];
  /** How many requests one caller may send to one process, by `RateLimit` headers and 429. */
  readonly rateLimit?: RateLimitConfig;
  /** Bytes that one batch may have, unpacked. Default: 1 GiB. */
  readonly batchBytes?: number;
  /** Bytes that one uploaded file may have. Default: 4 GiB. */
  readonly uploadBytes?: number;
  /**
   * Proxies before Dovetail, by address or network (`10.0.0.0/8`): what they say in `X-Forwarded-For`, `-Proto` and `-Host`, or in
   * `Forwarded`, is believed, and links begin with the address that clients see. Default: nobody is believed.
   */
  readonly proxies?: readonly string[];
}

export interface MetricsConfig {
  /** Whoever sends it as `Authorization: Bearer TOKEN` may read `/metrics`. Default: programs on this machine only. */
  readonly token?: string;
  /** `true`: everybody who reaches the server may. */
  readonly open?: boolean;
}

export interface ChangesConfig {
  /**
   * `true`: the stream runs also where PostgreSQL sets no limit to the WAL that it keeps for a reader (`max_slot_wal_keep_size` is -1).
   * Then a stream that nobody runs fills the disk.
   */
  readonly acceptUnlimitedSlot?: boolean;
  /**
   * Bytes of WAL that may wait for the stream; past it the slot is dropped, and the stream begins anew, and says so. Default: 3 GiB, or
   * PostgreSQL's own limit where that is less.
   */
  readonly slotBytes?: number;
  /** Bytes that changes captured by triggers may take until they are read; past it they are lost, and the tables are read again. Default: 2 GiB. */
  readonly outboxBytes?: number;
}

export interface RateLimitConfig {
  /** At once, and in `seconds` on the whole. 0: any number. Default: 30,000. */
  readonly requests?: number;
  /** Default: 60. */
  readonly seconds?: number;
}

export interface KeepConfig {
  /** Runs that are over, with all that hangs on them. Default: for ever. */
  readonly runs?: number;
  /** Errors and warnings of runs that are over. Default: as long as the run. */
  readonly errors?: number;
  /** What runs wrote over, so that they can be undone. Default: 30, or what `undo.days` says. */
  readonly undo?: number;
  /** Files of failed rows, and copies of sources whose run is over. Default: 90. */
  readonly files?: number;
  /** What schedules did at each moment. Default: as long as runs. */
  readonly firings?: number;
  /** Answers to requests with an `Idempotency-Key`. Default: 1. */
  readonly answers?: number;
  /** Keys of clients, from when they were revoked or expired. Default: 365. */
  readonly keys?: number;
  /** Tokens, codes, sessions and one-time links, from when they were over. Default: 1. */
  readonly tokens?: number;
  /** Jobs that were tried as often as may be, and left. Default: 90. */
  readonly jobs?: number;
  /** The change log: how far back consumers can read. Default: 3. */
  readonly changes?: number;
  /** Alerts, from when they were resolved; they are removed once a week. Default: 30. */
  readonly alerts?: number;
  /** Attempts to deliver changes. Default: 7. */
  readonly deliveries?: number;
}
