// Signs requests as S3 wants it (AWS Signature Version 4), by `aws4fetch`; the hash of what is sent is part of it.
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { readSecret } from '../secret-setting.js';
import type { StorageRooms } from '../storage-kind.js';
import type { S3Settings } from './s3-settings.js';

export interface S3Signer {
  /** Never shown. */
  readonly secrets: readonly string[];
  sign(
    method: string,
    url: URL,
    body: Uint8Array | undefined,
  ): Promise<{ readonly url: URL; readonly headers: Readonly<Record<string, string>> }>;
}

/** Throws STORAGE-108 for a variable that is not set. */
export function createSigner(settings: S3Settings, region: string, env: StorageRooms['env']): S3Signer {
  const { accessKeyId: id, sessionToken: token } = settings;
  const keys = {
    accessKeyId: id.startsWith('{env:') ? readSecret(id, env) : id,
    secretAccessKey: readSecret(settings.secretAccessKey, env),
    ...(token === undefined ? {} : { sessionToken: readSecret(token, env) }),
  };
  // What is derived from the key, by day.
  const cache = new Map<string, ArrayBuffer>();
  return {
    secrets: [keys.secretAccessKey, keys.sessionToken ?? ''],
    async sign(method, url, body) {
      const sha256 = createHash('sha256')
        .update(body ?? '')
        .digest('hex');
      const signer = new AwsV4Signer({
        ...keys,
        method,
        url: url.href,
        headers: { 'x-amz-content-sha256': sha256 },
        service: 's3',
        region,
        cache,
      });
      const signed = await signer.sign();
      return { url: signed.url, headers: Object.fromEntries(signed.headers) };
    },
  };
}
