// Which schemas belong to the application. PostgreSQL's own and ours never do.

export interface SchemaSelection {
  /** Only these. Default: every schema of the application. */
  readonly include?: readonly string[];
  /** Not these. */
  readonly exclude?: readonly string[];
}

/** Schemas that Dovetail makes. */
export const OWN_SCHEMAS: readonly string[] = ['dovetail', 'dovetail_jobs'];

/**
 * The condition that a row of pg_namespace, under the given alias, is one of the application's. Takes two parameters:
 * `$1` text[] of the schemas left out, `$2` text[] of the only ones or null.
 */
export function ofApplication(alias: string): string {
  return `(${alias}.nspname !~ '^pg_' and ${alias}.nspname <> 'information_schema'
    and ${alias}.nspname <> all ($1::text[]) and ($2::text[] is null or ${alias}.nspname = any ($2::text[])))`;
}

/** The two parameters that `ofApplication` takes. */
export function toSchemaParameters(
  selection: SchemaSelection,
): [left: readonly string[], only: readonly string[] | null] {
  return [[...OWN_SCHEMAS, ...(selection.exclude ?? [])], selection.include ?? null];
}
