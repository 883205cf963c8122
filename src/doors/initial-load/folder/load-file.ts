// A file of the load folder, before anybody looks into it: plain data.

/** `script`: SQL. `document`: YAML or JSON with entities and records. `module`: TypeScript that makes such a document. `table`: rows. */
export type FileKind = 'script' | 'document' | 'module' | 'table';

export type LoadStrategy = 'add' | 'add_or_update' | 'mirror';
export const LOAD_STRATEGIES: readonly LoadStrategy[] = ['add', 'add_or_update', 'mirror'];

/** `once`: a changed file is an error. `in-step`: it is applied again, and writes what differs. */
export type Keep = 'once' | 'in-step';
export const KEEPS: readonly Keep[] = ['once', 'in-step'];

/** What a file, or the configuration for it, says about itself. */
export interface FileHead {
  /** As written: paths in the folder, or names. */
  readonly after: readonly string[];
  /** Empty: for every environment. */
  readonly environments: readonly string[];
  readonly keep: Keep;
  /** Absent: `add_or_update`, or `add` where nothing tells the records apart. */
  readonly strategy?: LoadStrategy;
  /** Of a table file. */
  readonly entity?: string;
}

export interface LoadFile {
  /** In the load folder, with slashes: what the file is known by. */
  readonly path: string;
  readonly absolute: string;
  /** Name of the version folder; absent outside of one. */
  readonly version?: string;
  readonly kind: FileKind;
  readonly head: FileHead;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
  /** Bytes. */
  readonly size: number;
}
