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
