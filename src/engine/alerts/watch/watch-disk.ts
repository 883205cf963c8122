// The disk on which run files, uploads and the embedded database lie: told before it is full.
import { LITTLE_SPACE, readDiskSpace, TOO_LITTLE_SPACE } from '../../../foundation/observe/disk-space.js';
import type { Watcher } from './watcher.js';

export function createDiskWatcher(about: {
  readonly folder: string;
  readonly host: string;
  readonly readFree?: (folder: string) => Promise<number>;
}): Watcher {
  const { folder, host, readFree = readDiskSpace } = about;
  return {
    // Of this machine: what it sees settles nothing of another one's.
    scope: { source: 'disk', type: 'nearly_full', resource: host },
    async look() {
      const free = await readFree(folder);
      if (free >= LITTLE_SPACE) return [];
      return [
        {
          source: 'disk',
          type: 'nearly_full',
          resource: host,
          itemId: folder,
          severity: free < TOO_LITTLE_SPACE ? 'critical' : 'warning',
          message: `Less than ${free < TOO_LITTLE_SPACE ? '200 MB' : '2 GB'} are free where ${folder} lies on ${host}. Make room, or keep less: dovetail runs prune.`,
          details: { folder, host },
        },
      ];
    },
  };
}
