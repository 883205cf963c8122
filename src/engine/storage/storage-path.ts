// Paths of storages: relative, with slashes, and never out of the root.
import { storageError } from './storage-errors.js';

/** The path without needless parts. Throws STORAGE-101. */
export function toStoragePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const sound = parts.length > 0 && !path.startsWith('/') && !parts.includes('..');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (sound && path.length <= 1024 && !/[\u0000-\u001f\\]/.test(path)) return parts.join('/');
  throw storageError(101, {
    detail: `'${path.slice(0, 200)}' is no path inside a storage.`,
    hint: 'It takes a relative path with / between folders, without .. and backslashes.',
  });
}

/** What a server calls a file, if that is a path as we write it: one that names it and nothing else. */
export function findStoragePath(said: string): string | undefined {
  try {
    return toStoragePath(said) === said ? said : undefined;
  } catch {
    return undefined;
  }
}

/** The folder that everything under the prefix lies in; '' for the root. Throws STORAGE-101 for one that leads out. */
export function toListFolder(prefix: string): string {
  const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
  return folder === '' ? '' : toStoragePath(folder);
}
