// What a server of S3 refuses, or doesn't say, in our words. Nothing of it may hold a secret.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { withoutSecrets } from '../secret-setting.js';
import { storageError } from '../storage-errors.js';

export interface S3Place {
  /** For people: bucket and host. */
  readonly says: string;
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
}

export interface S3Refusal {
  readonly status: number;
  /** `AccessDenied`; blank where the answer has none, as that to HEAD. */
  readonly code: string;
  readonly message: string;
}

/** `path`: of the file it is about; undefined where it is about the bucket. */
export function toRefusal(said: S3Refusal, path: string | undefined, place: S3Place): DovetailError {
  const { status, code, message } = said;
  const pointer = path === undefined ? {} : { pointer: { file: path } };
  if (path !== undefined && status === 404 && (code === 'NoSuchKey' || code === '')) {
    return storageError(102, { detail: `There is no file ${path}.`, ...pointer });
  }
  const words = [String(status), code, message].filter((word) => word !== '').join(', ');
  const at = path === undefined ? place.says : `${path} in ${place.says}`;
  const detail = `${at}: ${withoutSecrets(words, place.secrets).slice(0, 300)}.`;
  if (mayPass(said)) return storageError(103, { detail, ...pointer });
  const hint = hintFor(said);
  return storageError(104, hint === undefined ? { detail, ...pointer } : { detail, hint, ...pointer });
}

/** True for what another try may get past. */
export const mayPass = ({ status, code }: S3Refusal): boolean =>
  status >= 500 || status === 429 || status === 408 || code === 'RequestTimeout' || code === 'SlowDown';

/** The way there is cut, or was never open. What our own guard said stays as it is. */
export function toBreak(cause: unknown, place: S3Place): DovetailError {
  if (cause instanceof DovetailError) return cause;
  const { code, message } = Object(cause) as { code?: string; message?: string };
  const words = withoutSecrets(code ?? message ?? String(cause), place.secrets);
  return storageError(103, { detail: `${place.says} can not be reached: ${words}.`, cause });
}

export function toSilence(place: S3Place): DovetailError {
  return storageError(103, { detail: `${place.says} said nothing for ${place.timeoutMs / 1000} s.` });
}

function hintFor({ status, code }: S3Refusal): string | undefined {
  switch (code) {
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'InvalidToken':
    case 'ExpiredToken':
      return 'Check the variables that hold the keys, and `region`.';
    case 'NoSuchBucket':
    case 'InvalidBucketName':
      return 'Check `bucket`, `endpoint` and `pathStyle`.';
    case 'RequestTimeTooSkewed':
      return 'The clock of this machine is wrong.';
    default:
      if (status >= 300 && (status < 400 || status === 400))
        return 'Check `region`, `endpoint` and `pathStyle`.';
      return status === 403 ? 'The keys may not do this; the policy of the bucket says who may.' : undefined;
  }
}
