// What a configuration may say of storages, and how it is told where it is wrong.
import { describe, expect, it } from 'vitest';
import { openStorage, STORAGE_KINDS, toStorageSettings } from './index.js';

const ABOUT = { file: '/app/dovetail.config.ts', folder: '/app' };
const KEYS = { accessKeyId: 'AKIA', secretAccessKey: '{env:S3_SECRET}' };
const read = (storage: unknown, name = 'drop') => toStorageSettings({ [name]: storage }, ABOUT)[name];

function complaintOf(storage: unknown, name?: string): Error {
  try {
    read(storage, name);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was taken');
}

describe('the storages of a configuration', () => {
  it('are read, their paths relative to the file', () => {
    expect(read({ kind: 'folder', path: '../drop' })).toEqual({ kind: 'folder', path: '/drop' });
    expect(read({ kind: 's3', bucket: 'files', prefix: 'a/b/', ...KEYS })).toEqual({
      kind: 's3',
      bucket: 'files',
      prefix: 'a/b',
      ...KEYS,
    });
    const hostKey = `SHA256:${'a'.repeat(43)}`;
    expect(
      read({
        kind: 'sftp',
        host: 'h.example',
        user: 'ada',
        privateKeyFile: 'keys/ada',
        hostKey: `${hostKey}=`,
      }),
    ).toEqual({ kind: 'sftp', host: 'h.example', user: 'ada', privateKeyFile: '/app/keys/ada', hostKey });
    expect(STORAGE_KINDS).toEqual(['folder', 's3', 'sftp']);
  });

  it.each([
    [{ kind: 'ftp' }, 'storages.drop.kind: expected folder or s3 or sftp', "Did you mean 'sftp'?"],
    [{}, 'storages.drop.kind: expected a text, got nothing', undefined],
    [null, 'storages.drop.kind', undefined],
    [{ kind: 'folder' }, 'storages.drop.path: missing', undefined],
    [
      { kind: 's3', bucket: 'a/b', ...KEYS },
      'storages.drop.bucket: expected the name of a bucket',
      undefined,
    ],
    [{ kind: 's3', bucket: 'files' }, 'storages.drop.accessKeyId: missing', undefined],
    [
      { kind: 's3', bucket: 'files', ...KEYS, prefix: '../x' },
      'storages.drop.prefix: expected a folder',
      undefined,
    ],
    [
      { kind: 's3', bucket: 'files', ...KEYS, endpoint: 'minio:9000' },
      'storages.drop.endpoint: expected https://',
      undefined,
    ],
    [
      { kind: 's3', bucket: 'files', ...KEYS, timeoutSeconds: 0 },
      'storages.drop.timeoutSeconds: expected seconds',
      undefined,
    ],
    [
      { kind: 'sftp', host: 'h', user: 'u' },
      'storages.drop: expected one of password, privateKey',
      undefined,
    ],
    [
      { kind: 'sftp', host: 'u@h', user: 'u', password: '{env:P}' },
      'storages.drop.host: expected the name',
      undefined,
    ],
    [
      { kind: 'sftp', host: 'h', user: 'u', password: '{env:P}', port: 0 },
      'storages.drop.port: expected a port',
      undefined,
    ],
    [
      { kind: 'sftp', host: 'h', user: 'u', password: '{env:P}', hostKey: 'aa:bb' },
      'storages.drop.hostKey: expected a fingerprint',
      undefined,
    ],
    [{ kind: 'sftp', hots: 'h' }, 'storages.drop.hots: no such setting', "Did you mean 'host'?"],
  ])('are refused, and the key named: %j', (storage, detail, hint) => {
    const complaint = complaintOf(storage);
    expect(complaint).toMatchObject({
      code: 'STORAGE-107',
      detail: expect.stringContaining(`/app/dovetail.config.ts: ${detail}`),
      ...(hint === undefined ? {} : { hint }),
    });
  });

  it('are refused under a name that nobody could write', () => {
    expect(complaintOf({ kind: 'folder', path: '.' }, 'a b')).toMatchObject({ code: 'STORAGE-107' });
  });

  it.each([
    { kind: 's3', bucket: 'files', accessKeyId: 'AKIA', secretAccessKey: 'hush hush' },
    { kind: 's3', bucket: 'files', ...KEYS, endpoint: 'https://ada:hush@s3.example.org' },
    { kind: 'sftp', host: 'h', user: 'u', password: 'hush' },
    { kind: 'sftp', host: 'h', user: 'u', privateKey: '-----BEGIN hush' },
    { kind: 'sftp', host: 'h', user: 'u', privateKeyFile: 'k', passphrase: 'hush' },
  ])('hold no secret, and a complaint shows none', (storage) => {
    const complaint = complaintOf(storage);
    expect(JSON.stringify(complaint) + complaint.message).not.toContain('hush');
  });

  it('are opened only with the variables they name', async () => {
    const settings = read({ kind: 's3', bucket: 'files', ...KEYS })!;
    await expect(openStorage(settings, { env: {}, allow: [] })).rejects.toMatchObject({
      code: 'STORAGE-108',
      detail: expect.stringContaining('S3_SECRET'),
    });
    const storage = await openStorage(settings, { env: { S3_SECRET: 'x' }, allow: [] });
    await storage.close();
  });
});
