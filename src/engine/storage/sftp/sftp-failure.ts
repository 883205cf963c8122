// What an SFTP server refuses, or doesn't say, in our words. Nothing of it may hold a secret.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { withoutSecrets } from '../secret-setting.js';
import { storageError } from '../storage-errors.js';

export interface SftpPlace {
  /** For people: user, host and port. */
  readonly says: string;
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
}

// draft-ietf-secsh-filexfer-02, 7: what a server says of a request.
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const STATUSES = { least: 1, most: 31 } as const;

interface Said {
  readonly code?: unknown;
  readonly level?: string;
  readonly message?: string;
}

/** Of a request about a file. */
export function toSftpError(cause: unknown, path: string, place: SftpPlace): DovetailError {
  if (cause instanceof DovetailError) return cause;
  const { code, message = '' } = Object(cause) as Said;
  const pointer = { file: path };
  if (code === NO_SUCH_FILE) return noFile(path);
  if (typeof code !== 'number' || code < STATUSES.least || code > STATUSES.most) return toBreak(cause, place);
  const words = withoutSecrets(message, place.secrets).slice(0, 300);
  const detail = `${path} on ${place.says}: ${words}.`;
  const hint = `${place.says.split('@')[0]} may not do this there.`;
  return storageError(104, { detail, pointer, cause, ...(code === PERMISSION_DENIED ? { hint } : {}) });
}

export const noFile = (path: string): DovetailError =>
  storageError(102, { detail: `There is no file ${path}.`, pointer: { file: path } });

/** Of the way there: refused at the door, cut, or never open. */
export function toBreak(cause: unknown, place: SftpPlace): DovetailError {
  if (cause instanceof DovetailError) {
    // That of the network is a matter of the storage from here on; that of the guard stays.
    if (!/^HTTP-10[34]$/.test(cause.code)) return cause;
    return storageError(103, { detail: cause.detail, cause });
  }
  const { code, level, message = String(cause) } = Object(cause) as Said;
  if (level === 'client-timeout') return toSilence(place);
  if (level === 'client-authentication') {
    return storageError(104, {
      detail: `${place.says} was not let in.`,
      hint: 'Check the user, and the variable or file that holds the password or key.',
      cause,
    });
  }
  const words = withoutSecrets(typeof code === 'string' ? code : message, place.secrets).slice(0, 300);
  return storageError(103, { detail: `${place.says} can not be reached: ${words}.`, cause });
}

export const toSilence = (place: SftpPlace): DovetailError =>
  storageError(103, { detail: `${place.says} said nothing for ${place.timeoutMs / 1000} s.` });
