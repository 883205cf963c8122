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

/** All records, none, or those of which it holds. The fields may be ones that the caller doesn't see. */
export type RecordRule = 'all' | 'none' | RecordCondition;
export type RecordCondition = FieldCondition | TreeCondition;

/** Records whose field has one of the values: those listed (in PostgreSQL's text form), or those that a field of other records has. */
export interface FieldCondition {
  readonly field: string;
  readonly in: readonly string[] | KeysOfRecords;
}

/** The values that a field has in those records of a table of which the condition holds. */
export interface KeysOfRecords extends RuledTable {
  readonly field: string;
  readonly where: RecordCondition;
}

/** Records of which `top` holds, and all that lie below them: whose `parent` is the `key` of one of them, and so on; circles end. */
export interface TreeCondition {
  readonly table: RuledTable;
  readonly key: string;
  readonly parent: string;
  readonly top: FieldCondition;
}

export interface RuledTable {
  readonly schema: string;
  readonly table: string;
  /** True: without the records of tables that inherit from it. */
  readonly only: boolean;
}
