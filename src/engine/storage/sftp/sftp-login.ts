// Who we are, and who the other side has to be: the key of the server is held against the fingerprint in the configuration before
// anything is told to it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { readSecret } from '../secret-setting.js';
import { storageError } from '../storage-errors.js';
import type { StorageRooms } from '../storage-kind.js';
import type { SftpSettings } from './sftp-settings.js';

export interface SftpLogin {
  readonly user: string;
  /** One of the two. */
  readonly password?: string;
  readonly privateKey?: string;
  readonly passphrase?: string;
  readonly secrets: readonly string[];
}

/** Throws STORAGE-108 for a variable that is not set, 107 for a key that can't be read. */
export async function readLogin(settings: SftpSettings, env: StorageRooms['env']): Promise<SftpLogin> {
  const { user } = settings;
  if (settings.password !== undefined) {
    const password = readSecret(settings.password, env);
    return { user, password, secrets: [password] };
  }
  const privateKey = await readKey(settings, env);
  const passphrase = settings.passphrase === undefined ? undefined : readSecret(settings.passphrase, env);
  const parsed = ssh2.utils.parseKey(privateKey, passphrase);
  if (!(parsed instanceof Error)) {
    const secrets = [privateKey, passphrase ?? ''];
    return { user, privateKey, secrets, ...(passphrase === undefined ? {} : { passphrase }) };
  }
  throw storageError(107, {
    detail: `The private key of ${user}@${settings.host} can not be read: ${parsed.message}.`,
    hint: 'It is a key as OpenSSH or PEM write it; an encrypted one needs `passphrase`.',
  });
}

async function readKey(settings: SftpSettings, env: StorageRooms['env']): Promise<string> {
  if (settings.privateKey !== undefined) return readSecret(settings.privateKey, env);
  const path = settings.privateKeyFile ?? '';
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw storageError(107, { detail: `The private key ${path} can not be read: ${cause.code}.`, cause });
  });
}

/** What is wrong with the server's key; undefined if it is one that was named. `key`: as it is sent, its kind first. */
export function findHostKeyFault(settings: SftpSettings, key: Buffer): DovetailError | undefined {
  const shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  const wanted = [settings.hostKey ?? []].flat();
  if (wanted.includes(shown)) return undefined;
  const kind = key
    .subarray(4, 4 + key.readUInt32BE(0))
    .toString('latin1')
    .replaceAll(/[^\w@.-]/g, '');
  const server = `${settings.host}:${settings.port ?? 22}`;
  return storageError(109, {
    detail:
      wanted.length === 0
        ? `The configuration does not say by which key ${server} is known.`
        : `${server} showed a key that is not the one of the configuration (${wanted.join(', ')}): it was changed, or somebody else answers.`,
    hint: `It showed ${kind} ${shown}. If whoever runs the server says that this is right: hostKey: '${shown}'.`,
  });
}
