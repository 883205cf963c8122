// What a project's `dovetail.config.ts` may hold, as far as this floor knows: the part about entities is typed by the engine.

export interface DovetailConfig<Entities = Readonly<Record<string, unknown>>> {
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
}
