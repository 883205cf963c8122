// What a caller may do with the records of an entity, as plain data in the caller's own catalog. `access` says it; the read and
// the write path hold it, so that no door has to.

export const ACCESS_ACTIONS = ['view', 'create', 'update', 'delete', 'import', 'export'] as const;
export type AccessAction = (typeof ACCESS_ACTIONS)[number];

/** By action, the records that it is allowed with. The read and the write path hold it; no door has to. */
export type EntityAccess = Readonly<Record<AccessAction, RecordRule>> & {
  /** In a catalog for files: its rule is held besides those of what is done, by writing for `import`, by reading for `export`. */
  readonly through?: FileAction;
};

export type FileAction = 'import' | 'export';

/** All records, none, or those whose field has one of the values (in PostgreSQL's text form; the field may be one that the caller doesn't see). */
export type RecordRule = 'all' | 'none' | { readonly field: string; readonly in: readonly string[] };
