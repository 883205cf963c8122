// A folder of this machine.
import { choice, object, text } from '../../../foundation/config/shape.js';
import type { StorageKind } from '../storage-kind.js';
import { openFolder } from './folder-storage.js';

export interface FolderSettings {
  readonly kind: 'folder';
  /** Relative to the configuration file. */
  readonly path: string;
}

export const FOLDER: StorageKind<FolderSettings> = {
  kind: 'folder',
  shape: object<FolderSettings>({ kind: choice('folder'), path: text }, ['kind', 'path']),
  paths: ['path'],
  shown: ['path'],
  open: ({ path }) => openFolder(path),
};
