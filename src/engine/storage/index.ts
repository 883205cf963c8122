// The kinds of storage: a new one is one folder and one line.
import { openFolder } from './folder/folder-storage.js';
import type { Storage } from './storage.js';

/** A storage as the configuration names it. */
export type StorageSettings = FolderSettings;

export interface FolderSettings {
  readonly kind: 'folder';
  /** Absolute path. */
  readonly path: string;
}

const KINDS: {
  readonly [K in StorageSettings['kind']]: (
    settings: Extract<StorageSettings, { kind: K }>,
  ) => Storage | Promise<Storage>;
} = {
  folder: ({ path }) => openFolder(path),
};

/** The names of the kinds. */
export const STORAGE_KINDS = Object.keys(KINDS) as readonly StorageSettings['kind'][];

/** Opens the storage; connects when it is first used. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  return KINDS[settings.kind](settings);
}
