// What a project's `dovetail.config.ts` may hold, as far as this floor knows: the part about entities is typed by the engine.

export interface DovetailConfig<Entities = Readonly<Record<string, unknown>>> {
  /** Connection string. The environment's DATABASE_URL wins over it. */
  readonly databaseUrl?: string;
  /** Where run files and the embedded PostgreSQL lie; relative to the configuration file. */
  readonly dataFolder?: string;
  /** Schemas to show, or not to. Default: all of the application's. */
  readonly schemas?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly entities?: Entities;
  /** Folders that schedules may read and write, relative to the configuration file. Default: the file's own folder. */
  readonly folders?: readonly string[];
  /** Places with a name, for schedules: `storage:NAME/in/*.csv`. */
  readonly storages?: Readonly<Record<string, StorageConfig>>;
  /** Hosts with ports at private addresses that may be asked for files, and told of ends: `erp.local:8080`. Default: none. */
  readonly allowAddresses?: readonly string[];
  /** How the end of a run is told. */
  readonly notify?: NotifyConfig;
  /** How long what is kept of runs is kept, in days. */
  readonly keep?: KeepConfig;
}

export interface StorageConfig {
  readonly kind: 'folder';
  /** Relative to the configuration file. */
  readonly path: string;
}

export interface NotifyConfig {
  /** The server that takes mails: `smtps://user:password@mail.example.org`, or `smtp://…:587`. */
  readonly smtp?: string;
  /** Whom mails are from. Needed with `smtp`. */
  readonly from?: string;
  /** What webhooks are signed with: `whsec_` and 24 to 64 bytes in base64. Needed for webhooks. */
  readonly webhookSecret?: string;
}

export interface KeepConfig {
  /** Runs that are over, with their errors, and what schedules did. Default: for ever. */
  readonly runs?: number;
  /** Errors and warnings of runs that are over. Default: as long as the run. */
  readonly errors?: number;
  /** Files of failed rows, and copies of standard input whose run is over. Default: 90. */
  readonly files?: number;
}
