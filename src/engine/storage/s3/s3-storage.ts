// A bucket as a storage. Objects appear whole by the protocol itself; what it calls a folder is only the beginning of a name.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Storage, StoredFile } from '../storage.js';
import { storageError } from '../storage-errors.js';
import type { StorageRooms } from '../storage-kind.js';
import { findStoragePath, toListFolder, toStoragePath } from '../storage-path.js';
import { openBucket } from './s3-bucket.js';
import { listObjects, toMoment } from './s3-list.js';
import type { S3Settings } from './s3-settings.js';
import { upload } from './s3-upload.js';

/** Throws STORAGE-108 and HTTP-102; connects when it is first used. */
export function openS3(settings: S3Settings, rooms: StorageRooms): Storage {
  const at = openBucket(settings, rooms);
  const root = settings.prefix === undefined ? '' : `${settings.prefix}/`;
  const toKey = (path: string): string => root + toStoragePath(path);

  async function stat(path: string): Promise<StoredFile | undefined> {
    try {
      const { headers, drop } = await at.call({ method: 'HEAD', key: toKey(path), path });
      drop();
      const size = Number(headers['content-length'] ?? 0);
      return { path: toStoragePath(path), size, modifiedAt: toMoment(headers['last-modified']) };
    } catch (error) {
      if (error instanceof DovetailError && error.code === 'STORAGE-102') return undefined;
      throw error;
    }
  }

  return {
    async *list(prefix) {
      toListFolder(prefix);
      for await (const { key, size, modifiedAt } of listObjects(at, root + prefix)) {
        // Names that are no paths, as those that end with a slash and stand for a folder, are not ours to show.
        const path = key.startsWith(root) ? findStoragePath(key.slice(root.length)) : undefined;
        if (path?.startsWith(prefix)) yield { path, size, modifiedAt };
      }
    },
    async get(path) {
      return (await at.call({ method: 'GET', key: toKey(path), path })).body;
    },
    async put(path, bytes) {
      await upload(at, { key: toKey(path), path }, bytes);
      const stored = await stat(path);
      if (stored !== undefined) return stored;
      throw storageError(103, {
        detail: `${path} was written and is not there: somebody took it at once.`,
        pointer: { file: path },
      });
    },
    async delete(path) {
      (await at.call({ method: 'DELETE', key: toKey(path), path })).drop();
    },
    stat,
    async close() {
      at.close();
    },
  };
}
