// The kinds of storage: a new one is one folder and one line.
import { isAbsolute, resolve } from 'node:path';
import { choice, type Shape, ShapeComplaint } from '../../foundation/config/shape.js';
import { FOLDER, type FolderSettings } from './folder/folder-manifest.js';
import { S3, type S3Settings } from './s3/s3-manifest.js';
import { SFTP, type SftpSettings } from './sftp/sftp-manifest.js';
import type { Storage } from './storage.js';
import { storageError } from './storage-errors.js';
import type { StorageKind, StorageRooms } from './storage-kind.js';

/** A storage as the configuration names it. */
export type StorageSettings = FolderSettings | S3Settings | SftpSettings;

export type { FolderSettings, S3Settings, SftpSettings, StorageRooms };

const KINDS: { readonly [K in StorageSettings['kind']]: StorageKind<Extract<StorageSettings, { kind: K }>> } =
  {
    folder: FOLDER,
    s3: S3,
    sftp: SFTP,
  };

/** The names of the kinds. */
export const STORAGE_KINDS = Object.keys(KINDS) as readonly StorageSettings['kind'][];

/** Opens the storage; connects when it is first used. Throws STORAGE-106, 108 and HTTP-102. */
export async function openStorage(settings: StorageSettings, rooms: StorageRooms): Promise<Storage> {
  return kindOf(settings.kind).open(settings, rooms);
}

/**
 * The `storages` of a configuration, checked. `folder`: what paths are relative to, that of the file. Throws STORAGE-107, which names
 * file and key.
 */
export function toStorageSettings(
  value: Readonly<Record<string, unknown>>,
  { file, folder }: { readonly file: string; readonly folder: string },
): Readonly<Record<string, StorageSettings>> {
  try {
    return Object.fromEntries(
      Object.entries(value).map(([name, settings]) => [name, readOne(name, settings, folder)]),
    );
  } catch (error) {
    if (!(error instanceof ShapeComplaint)) throw error;
    throw storageError(107, {
      detail: `${file}: ${error.message}.`,
      pointer: { file, field: error.where },
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** A storage as it may be shown: where it is, and of what lets one in only that it is set. */
export interface ShownStorage {
  readonly name: string;
  readonly kind: StorageSettings['kind'];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** By name. Every setting that its kind does not name as harmless is `****`. */
export const toShownStorages = (
  storages: Readonly<Record<string, StorageSettings>>,
): readonly ShownStorage[] =>
  Object.entries(storages)
    .map(([name, { kind, ...settings }]): ShownStorage => {
      const shown: readonly string[] = kindOf(kind).shown;
      const entries = Object.entries(settings).map(([key, value]) => [
        key,
        shown.includes(key) ? value : '****',
      ]);
      return { name, kind, settings: Object.fromEntries(entries) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const kindName: Shape<StorageSettings['kind']> = choice(...STORAGE_KINDS);

function readOne(name: string, value: unknown, folder: string): StorageSettings {
  const where = `storages.${name}`;
  if (!/^[\w-]+$/.test(name)) {
    throw new ShapeComplaint(where, 'a storage is named by letters, digits, _ and -');
  }
  const { kind: said } = Object(value) as { kind?: unknown };
  const kind = kindOf(kindName(said, `${where}.kind`));
  const settings = kind.shape(value, where);
  const paths = kind.paths.flatMap((key) => {
    const path = settings[key];
    return typeof path === 'string' && !isAbsolute(path) ? [[key, resolve(folder, path)]] : [];
  });
  return { ...settings, ...Object.fromEntries(paths) };
}

// Each kind is only ever given its own settings, which the types can't follow through a list.
function kindOf(name: StorageSettings['kind']): StorageKind<StorageSettings> {
  return KINDS[name] as unknown as StorageKind<StorageSettings>;
}
