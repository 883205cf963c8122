// Where a schedule takes files from or puts them: a folder, a configured storage, or an address.
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { schedulesError } from '../../../engine/jobs/schedules/schedules-errors.js';
import { openFolder } from '../../../engine/storage/folder/folder-storage.js';
import { openStorage, type StorageSettings } from '../../../engine/storage/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { storageError } from '../../../engine/storage/storage-errors.js';
import { toStoragePath } from '../../../engine/storage/storage-path.js';

export interface PlaceSettings {
  /** Absolute paths of the folders schedules may read and write. */
  readonly roots: readonly string[];
  /** By name. */
  readonly storages: Readonly<Record<string, StorageSettings>>;
  /** Hosts with ports at private addresses that may be asked all the same: `erp.local:8080`. */
  readonly allow?: readonly string[];
  /** Where the secrets of storages are looked up. Default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Most bytes of a file that is copied from a storage to this machine. Default: 10 GB, as of an address. */
  readonly maxBytes?: number;
}

/** A place as it is kept: `path` of a folder is absolute, that of a storage relative to its root. */
export type Place =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'storage'; readonly storage: string; readonly path: string }
  | { readonly kind: 'address'; readonly address: string };

export interface OpenPlace {
  readonly storage: Storage;
  /** The pattern, relative to the storage's root. */
  readonly pattern: string;
  /** The path on this machine of a file of the storage; undefined where it lies elsewhere. */
  readonly localPath: (path: string) => string | undefined;
  /** Most bytes of a file that lies elsewhere. */
  readonly maxBytes: number;
}

const MOST_BYTES = 10e9;

/** Reads a place as somebody writes it: `inbox/*.csv`, `storage:archive/in/*.csv`, `https://…`. Folders are relative to `cwd`. */
export function toPlace(text: string, cwd: string): Place {
  if (/^https?:\/\//i.test(text)) return { kind: 'address', address: text };
  const stored = /^storage:([\w-]+)\/(.+)$/.exec(text);
  if (stored) return { kind: 'storage', storage: stored[1]!, path: stored[2]! };
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !/^[a-z]:[\\/]/i.test(text)) {
    throw schedulesError(107, {
      detail: `'${text}' is no place to take files from or put them.`,
      hint: 'Name a folder (inbox/*.csv), a configured storage (storage:NAME/in/*.csv), or an address (https://…).',
    });
  }
  const path = resolve(cwd, text);
  const isFolder = /[\\/]$/.test(text) || (existsSync(path) && statSync(path).isDirectory());
  return { kind: 'folder', path: isFolder ? join(path, '*') : path };
}

/** The place as somebody writes it. */
export function fromPlace(place: Place): string {
  if (place.kind === 'address') return place.address;
  return place.kind === 'folder' ? place.path : `storage:${place.storage}/${place.path}`;
}

/** Opens folder or storage. Throws SCHEDULES-107 for a folder outside of the roots, STORAGE-105 for a storage nobody configured. */
export async function openPlace(
  place: Exclude<Place, { kind: 'address' }>,
  settings: PlaceSettings,
): Promise<OpenPlace> {
  const { maxBytes = MOST_BYTES } = settings;
  if (place.kind === 'storage') {
    const path = place.path.replace(/\/$/, '/*');
    const storage = await openNamedStorage(place.storage, settings);
    return { storage, pattern: path, localPath: () => undefined, maxBytes };
  }
  const root = readRoot(place.path, settings);
  const pattern = relative(root, place.path).split(sep).join('/');
  return { storage: openFolder(root), pattern, localPath: (path) => join(root, path), maxBytes };
}

/**
 * What can be known of a place without going there: whoever adds a schedule need not hold the secrets of the workers. Throws
 * SCHEDULES-107, STORAGE-101 and 105.
 */
export function checkPlace(place: Exclude<Place, { kind: 'address' }>, settings: PlaceSettings): void {
  if (place.kind === 'folder') {
    readRoot(place.path, settings);
    return;
  }
  readNamedStorage(place.storage, settings);
  toStoragePath(place.path);
}

function readRoot(path: string, { roots }: PlaceSettings): string {
  const root = roots.find((candidate) => isBelow(candidate, path));
  if (root === undefined) throw outside(path, roots);
  return root;
}

/** Throws SCHEDULES-107 for a folder or file that schedules may not read. */
export function checkInsideRoots(path: string, { roots }: Pick<PlaceSettings, 'roots'>): void {
  if (!roots.some((root) => root === path || isBelow(root, path))) throw outside(path, roots);
}

const outside = (path: string, roots: readonly string[]) =>
  schedulesError(107, {
    detail: `${path} lies outside of the folders schedules may use: ${roots.join(', ') || 'none'}.`,
    hint: 'Add its folder to `folders` in dovetail.config.ts.',
  });

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/** Throws STORAGE-105 for a storage nobody configured, and whatever opening it does. */
export async function openNamedStorage(name: string, settings: PlaceSettings): Promise<Storage> {
  const { allow = [], env = {} } = settings;
  return openStorage(readNamedStorage(name, settings), { allow, env });
}

/** Throws STORAGE-105 for one that nobody configured. */
export function readNamedStorage(name: string, { storages }: PlaceSettings): StorageSettings {
  const found = Object.hasOwn(storages, name) ? storages[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(storages);
  throw storageError(105, {
    detail: `No storage '${name}' is configured.`,
    hint:
      known.length === 0
        ? 'Name it under `storages` in dovetail.config.ts.'
        : `There are: ${known.join(', ')}.`,
  });
}
