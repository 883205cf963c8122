// The one key that is not in the database: from the environment, or from a file that only its owner may read.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDataFolder } from '../config/data-folder.js';
import { secretsError } from './secrets-errors.js';

export const MASTER_KEY_VARIABLE = 'DOVETAIL_MASTER_KEY';
const BYTES = 32;

export interface MasterKeyPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
}

/** Made where there is none. Throws SECRETS-101 for one that can't be used, SECRETS-102 where none can be kept. */
export function readMasterKey({ env, dataFolder }: MasterKeyPlace): Buffer {
  const given = env[MASTER_KEY_VARIABLE];
  if (given !== undefined && given !== '') return toKey(given, `The environment's ${MASTER_KEY_VARIABLE}`);
  const file = join(dataFolder, 'master.key');
  try {
    prepareDataFolder(dataFolder);
    // Fails if another process was faster; then that one's is read.
    writeFileSync(file, `${randomBytes(BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw notKept(file, cause);
  }
  try {
    return toKey(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw notKept(file, cause);
  }
}

function toKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (/^[\w+/-]{42,44}=*$/.test(text.trim()) && key.length === BYTES) return key;
  throw secretsError(101, {
    detail: `${where} holds no key.`,
    hint: `It takes ${BYTES} random bytes in base64: openssl rand -base64 ${BYTES}`,
  });
}

const notKept = (file: string, cause: unknown) =>
  secretsError(102, {
    detail: `The master key can't be kept in ${file}: ${(cause as Error).message}.`,
    hint: `Let the data folder be written to, or set ${MASTER_KEY_VARIABLE}.`,
    cause,
  });
