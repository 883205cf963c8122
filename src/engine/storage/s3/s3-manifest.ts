// A bucket of Amazon S3, or of anything that speaks its protocol.
import type { StorageKind } from '../storage-kind.js';
import { type S3Settings, s3Shape } from './s3-settings.js';

export type { S3Settings };

export const S3: StorageKind<S3Settings> = {
  kind: 's3',
  shape: s3Shape,
  paths: [],
  shown: ['bucket', 'prefix', 'region', 'endpoint', 'pathStyle', 'timeoutSeconds'],
  async open(settings, rooms) {
    const { openS3 } = await import('./s3-storage.js');
    return openS3(settings, rooms);
  },
};
